import { Component, onWillUpdateProps, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const ICONS = { todo: "fa-circle-o", doing: "fa-dot-circle-o", done: "fa-check-circle", skipped: "fa-minus-circle" };

/**
 * The steps of a case on its screen. They are fetched after the screen is shown, so that the form waits for nothing.
 */
export class LibraryProcessBar extends Component {
    static template = "library_crm.ProcessBar";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.state = useState({ process: null });
        useEffect(
            (resId) => {
                this.load(resId);
            },
            () => [this.props.record.resId]
        );
        // a button of the form may have moved the work on: the record is loaded anew then
        onWillUpdateProps((nextProps) => {
            if (nextProps.record.resId === this.props.record.resId) {
                this.load(nextProps.record.resId);
            }
        });
    }

    async load(resId) {
        if (!resId) {
            this.state.process = null;
            return;
        }
        const process = await this.orm.silent.call("library.case", "get_process", [[resId]]);
        if (this.props.record.resId === resId) {
            this.state.process = process;
        }
    }

    get current() {
        return this.state.process.steps.find((step) => ["todo", "doing"].includes(step.state));
    }

    icon(step) {
        return ICONS[step.state];
    }

    title(step) {
        return step.who ? _t("%(step)s · %(who)s", { step: step.name, who: step.who }) : step.name;
    }

    get missing() {
        const step = this.current;
        if (!step || !step.missing.length || this.state.process.is_closed) {
            return "";
        }
        return _t("Before “%(step)s” is done: %(missing)s", { step: step.name, missing: step.missing.join(", ") });
    }

    get asksOutcome() {
        const { stage_code: stage } = this.props.record.data;
        return ["deliver", "verify"].includes(stage) && !this.state.process.was_asked;
    }

    async run(name) {
        const { record } = this.props;
        if (await record.save()) {
            await this.actionService.doActionButton({
                type: "object",
                name,
                resModel: record.resModel,
                resId: record.resId,
                context: record.context,
                onClose: () => record.load(),
            });
        }
    }
}

registry.category("view_widgets").add("library_process_bar", { component: LibraryProcessBar });
