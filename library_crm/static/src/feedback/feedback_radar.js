import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const RADIUS = 80;
const VOICES = ["criticism", "wish", "praise"];

/** The four facets as a radar: what people criticise, wish and praise; a corner leads to their words. */
export class FeedbackRadar extends Component {
    static template = "library_crm.FeedbackRadar";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.voices = VOICES;
        this.display = { controlPanel: {} };
        this.state = useState({ figures: null, typeId: 0 });
        onWillStart(() => this.load(0));
    }

    async load(typeId) {
        this.state.typeId = typeId;
        this.state.figures = await this.orm.call("library.feedback.report", "figures", [], { type_id: typeId });
    }

    onType(ev) {
        return this.load(Number(ev.target.value));
    }

    point(index, share) {
        const angle = (2 * Math.PI * index) / this.state.figures.axes.length - Math.PI / 2;
        return [Math.cos(angle) * RADIUS * share, Math.sin(angle) * RADIUS * share];
    }

    polygon(shareOf) {
        const corners = this.state.figures.axes.map((axis, index) => this.point(index, shareOf(axis)));
        return corners.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    }

    get rings() {
        return [0.25, 0.5, 0.75, 1].map((share) => this.polygon(() => share));
    }

    area(voice) {
        return this.polygon((axis) => (axis[voice] || 0) / (this.state.figures.most || 1));
    }

    get spokes() {
        return this.state.figures.axes.map((axis, index) => {
            const [x, y] = this.point(index, 1);
            const [tx, ty] = this.point(index, 1.12);
            const anchor = Math.abs(tx) < 10 ? "middle" : tx > 0 ? "start" : "end";
            return { ...axis, x, y, tx, ty: ty + (Math.abs(tx) < 10 && ty > 0 ? 8 : 3), anchor };
        });
    }

    async open(facet, voice) {
        this.action.doAction(await this.orm.call("library.feedback.report", "action_open_words", [facet, voice]));
    }

    openTable() {
        this.action.doAction("library_crm.library_feedback_report_action");
    }
}

registry.category("actions").add("library_feedback_radar", FeedbackRadar);
