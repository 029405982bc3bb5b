import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Funnel, cohorts and the three conversions; what is about fewer than five people comes as null and stays empty. */
export class LifecycleReport extends Component {
    static template = "library_crm.LifecycleReport";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ figures: null });
        this.display = { controlPanel: {} };
        onWillStart(async () => {
            this.state.figures = await this.orm.call("library.lifecycle.report", "figures", []);
        });
    }

    /** A cohort's cell: the more of them came, the deeper its green. */
    shade(rate) {
        return rate === null ? "" : `background-color: rgba(var(--success-rgb, 40, 167, 69), ${(rate / 100) * 0.55});`;
    }

    openStage(stage) {
        this.action.doAction("library_crm.library_patron_action", {
            additionalContext: { [`search_default_lifecycle_${stage.code}`]: 1 },
        });
    }
}

registry.category("actions").add("library_lifecycle_report", LifecycleReport);
