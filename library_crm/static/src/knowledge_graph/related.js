import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { KnowledgeGraph } from "./knowledge_graph";

/** What belongs to the record of a form, drawn when its tab is opened. */
export class RelatedKnowledge extends Component {
    static template = "library_crm.RelatedKnowledge";
    static components = { KnowledgeGraph };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ graph: null });
        useRecordObserver(async (record) => {
            const { resModel, resId } = record;
            this.state.graph = resId
                ? await this.orm.call("library.knowledge.link", "graph", [resModel, resId])
                : { nodes: [], edges: [] };
        });
    }
}

registry.category("view_widgets").add("library_related", { component: RelatedKnowledge });
