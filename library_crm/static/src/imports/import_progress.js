import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_AGAIN_MS = 2000;
const BUSY = ["reading", "running", "undoing"];

/**
 * How far an import has come. The work goes on in the background, whether anybody looks or not;
 * when it ends, the form shows the result.
 */
export class ImportProgress extends Component {
    static template = "library_crm.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { done_rows, total_rows } = this.props.record.data;
        this.state = useState({ done: done_rows, total: total_rows });
        onMounted(() => {
            this.timer = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get isBusy() {
        return BUSY.includes(this.props.record.data.state);
    }

    get percent() {
        return this.state.total ? Math.min(100, Math.floor((100 * this.state.done) / this.state.total)) : 0;
    }

    async lookAgain() {
        const record = this.props.record;
        if (!this.isBusy || document.hidden || !record.resId) {
            return;
        }
        const fields = ["state", "done_rows", "total_rows"];
        const [now] = await this.orm.silent.read("library.import.run", [record.resId], fields);
        this.state.done = now.done_rows;
        this.state.total = now.total_rows;
        if (now.state !== record.data.state) {
            await record.load();
        }
    }
}

export const importProgress = {
    component: ImportProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "done_rows", type: "integer" },
        { name: "total_rows", type: "integer" },
    ],
};

registry.category("view_widgets").add("library_import_progress", importProgress);
