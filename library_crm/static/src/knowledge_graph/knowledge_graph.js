import { Component, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { BOX, edgeOfBox, forced, layered, neighbour } from "./graph_layout";

const LAYOUTS = { layers: layered, force: forced };
const ICONS = {
    article: "fa-file-text-o",
    solution: "fa-lightbulb-o",
    resource: "fa-database",
    insight: "fa-star-o",
    case: "fa-comments-o",
    need: "fa-bullseye",
    outcome: "fa-check-circle-o",
};

/**
 * Records and what ties them together, as boxes and lines. The same stands in a list for those who cannot see it.
 *
 * A node without model or res_id is shown and cannot be opened. The first node is the one that it is about.
 */
export class KnowledgeGraph extends Component {
    static template = "library_crm.KnowledgeGraph";
    static props = {
        nodes: {
            type: Array,
            element: {
                type: Object,
                shape: {
                    id: [String, Number],
                    label: String,
                    kind: String,
                    kind_name: { type: String, optional: true },
                    model: { type: [String, Boolean], optional: true },
                    res_id: { type: [Number, Boolean], optional: true },
                    note: { type: [String, Boolean], optional: true },
                    "*": true,
                },
            },
        },
        edges: {
            type: Array,
            element: {
                type: Object,
                shape: {
                    from: [String, Number],
                    to: [String, Number],
                    kind: String,
                    kind_name: { type: String, optional: true },
                    reason: { type: [String, Boolean], optional: true },
                    "*": true,
                },
            },
        },
        layout: { type: String, optional: true, validate: (name) => name in LAYOUTS },
    };
    static defaultProps = { layout: "force" };

    setup() {
        this.action = useService("action");
        this.board = useRef("board");
        this.state = useState({ isList: false, current: null });
    }

    /** The graph, worked out once for the nodes and edges that were handed in. */
    get drawing() {
        const { nodes, edges, layout } = this.props;
        if (this.drawn?.nodes !== nodes || this.drawn.edges !== edges || this.drawn.layout !== layout) {
            this.drawn = { nodes, edges, layout, ...LAYOUTS[layout](nodes, edges) };
        }
        return this.drawn;
    }

    get boxes() {
        return this.props.nodes.map((node) => {
            const { x, y } = this.drawing.places.get(node.id);
            const place = `left: ${x - BOX.width / 2}px; top: ${y - BOX.height / 2}px;`;
            return { node, style: `${place} width: ${BOX.width}px; height: ${BOX.height}px;` };
        });
    }

    get lines() {
        const { places } = this.drawing;
        const between = {};
        return this.props.edges
            .filter((edge) => places.has(edge.from) && places.has(edge.to) && edge.from !== edge.to)
            .map((edge, key) => {
                const start = edgeOfBox(places.get(edge.from), places.get(edge.to));
                const end = edgeOfBox(places.get(edge.to), places.get(edge.from));
                // several lines between the same boxes lie on one another; their names stand below each other
                const pair = [edge.from, edge.to].sort().join(" ");
                const place = (between[pair] = (between[pair] ?? -1) + 1);
                const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 + 18 * place };
                const title = [this.nameOf(edge), edge.reason].filter(Boolean).join(": ");
                return { key, edge, start, end, middle, title };
            });
    }

    /** What the list says: each line in words. */
    get sentences() {
        const labels = new Map(this.props.nodes.map((node) => [node.id, node]));
        return this.lines.map(({ key, edge }) => ({
            key,
            edge,
            from: labels.get(edge.from),
            to: labels.get(edge.to),
        }));
    }

    nameOf(edge) {
        return edge.kind_name || edge.kind.replaceAll("_", " ");
    }

    iconOf(node) {
        return ICONS[node.kind] || "fa-circle-o";
    }

    describe(node) {
        return [node.kind_name, node.label, node.note].filter(Boolean).join(", ");
    }

    isTabStop(node) {
        return node.id === (this.state.current ?? this.props.nodes[0].id);
    }

    open(node) {
        if (node.model && node.res_id) {
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: node.model,
                res_id: node.res_id,
                views: [[false, "form"]],
            });
        }
    }

    onKey(ev, node) {
        if (!ev.key.startsWith("Arrow")) {
            return;
        }
        ev.preventDefault();
        const id = neighbour(this.drawing.places, node.id, ev.key);
        if (id !== undefined) {
            this.state.current = id;
            const index = this.props.nodes.findIndex((one) => one.id === id);
            this.board.el.querySelectorAll(".o_library_graph_node")[index].focus();
        }
    }

    toggle(isList) {
        this.state.isList = isList;
    }
}
