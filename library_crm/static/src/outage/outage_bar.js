import { Component, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Above a case and its workroom: sources that it rests on and that are out of order. Asked once the form is shown. */
export class OutageBar extends Component {
    static template = "library_crm.OutageBar";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ rows: [] });
        this.asked = false;
        this.isGone = false;
        onWillUnmount(() => (this.isGone = true));
        useRecordObserver((record) => this.ask(record.resId));
    }

    async ask(resId) {
        if (this.asked === resId) {
            return;
        }
        this.asked = resId;
        this.state.rows = [];
        if (!resId) {
            return;
        }
        const rows = await this.orm.silent.call(this.props.record.resModel, "get_outages", [[resId]]);
        if (!this.isGone && this.asked === resId) {
            this.state.rows = rows;
        }
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "library.outage",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("library_outages", { component: OutageBar });
