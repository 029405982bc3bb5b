import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { KnowledgeGraph } from "../knowledge_graph/knowledge_graph";

/** Insight, article, solution, outcome and the next insight: where knowledge came from and what became of it. */
export class Lineage extends Component {
    static template = "library_crm.Lineage";
    static components = { KnowledgeGraph, Layout };
    static props = { ...standardActionServiceProps };
    static path = "library-lineage";

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ lineage: null });
        const { res_model: model, res_id: id } = this.props.action.params;
        onWillStart(async () => {
            this.state.lineage = await this.orm.call("library.lineage", "walk", [model, id]);
        });
    }

    get percent() {
        return Math.round(100 * this.state.lineage.loop.rate);
    }

    get days() {
        return Math.round(this.state.lineage.loop.median_days);
    }
}

registry.category("actions").add("library_lineage", Lineage);
