import { Component, onWillStart, useState } from "@odoo/owl";
import { usePopover } from "@web/core/popover/popover_hook";
import { useService } from "@web/core/utils/hooks";
import { FormLabel } from "@web/views/form/form_label";

/** What is known of the origin of one fact, and a button for whoever found it to be right. */
export class OriginPopover extends Component {
    static template = "library_crm.OriginPopover";
    static props = { close: Function, record: Object, fieldName: String };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ origin: {} });
        onWillStart(() => this.load());
    }

    async load() {
        const { record, fieldName } = this.props;
        this.state.origin = await this.orm.call("library.patron", "get_origin", [record.resId, fieldName]);
    }

    async verify() {
        const { record, fieldName } = this.props;
        await this.orm.call("library.patron", "action_verify", [record.resId, fieldName]);
        await this.load();
        await record.load();
    }
}

/** A mark beside the label of a fact that says where it comes from. */
export class OriginMark extends Component {
    static template = "library_crm.OriginMark";
    static props = { record: Object, fieldName: String };

    setup() {
        this.popover = usePopover(OriginPopover, { position: "bottom-start" });
    }

    get origin() {
        return this.props.record.data.provenance?.[this.props.fieldName];
    }

    /** From elsewhere and not looked at: the mark is filled. */
    get isUnverified() {
        return !this.origin[3];
    }

    open(ev) {
        ev.preventDefault();
        ev.stopPropagation();
        const { record, fieldName } = this.props;
        this.popover.open(ev.currentTarget, { record, fieldName });
    }
}

FormLabel.components = { ...FormLabel.components, OriginMark };
