import { onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const LOOK_AGAIN_MS = 3000;

/** The list of analyses looks again by itself while something runs. */
export class AnalysisJobListController extends ListController {
    setup() {
        super.setup();
        const timer = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
        onWillUnmount(() => clearInterval(timer));
    }

    async lookAgain() {
        const records = this.model.root.records || [];
        const isBusy = records.some((record) => ["queued", "running"].includes(record.data.state));
        const hasSelection = records.some((record) => record.selected);
        if (isBusy && !hasSelection && !document.hidden) {
            await this.model.load();
        }
    }
}

registry.category("views").add("library_analysis_job_list", {
    ...listView,
    Controller: AnalysisJobListController,
});
