import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The questions of the reference interview beside a case or a need. What is ticked and answered goes to the need at
 * once, so that nothing has to be typed twice. The server is asked when the panel is shown, not with the form.
 */
export class InterviewPanel extends Component {
    static template = "library_crm.InterviewPanel";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ panel: null, asked: {}, values: {} });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            if (this.keyOf(next) !== this.key) {
                return this.load(next);
            }
        });
    }

    /** The needs that can be talked about: the record itself, or those of the case. */
    needsOf(record) {
        if (record.resModel === "library.need") {
            return record.resId ? [{ id: record.resId, name: record.data.name }] : [];
        }
        const saved = record.data.need_ids.records.filter((need) => need.resId);
        return saved.map((need) => ({ id: need.resId, name: need.data.name })).sort((a, b) => a.id - b.id);
    }

    keyOf({ record }) {
        const service = record.data.service_id;
        return JSON.stringify([record.resId, service && service.id, this.needsOf(record).map((need) => need.id)]);
    }

    get needs() {
        return this.needsOf(this.props.record);
    }

    get chosenId() {
        const ids = this.needs.map((need) => need.id);
        return ids.includes(this.needId) ? this.needId : ids[0] || false;
    }

    async load(props) {
        this.key = this.keyOf(props);
        const ids = this.needsOf(props.record).map((need) => need.id);
        const needId = ids.includes(this.needId) ? this.needId : ids[0] || false;
        const service = props.record.data.service_id;
        const panel = await this.orm.call("library.interview.prompt", "get_panel", [needId, (service && service.id) || false]);
        this.needId = needId;
        const prompts = panel.sections.flatMap((section) => section.prompts);
        this.state.asked = Object.fromEntries(prompts.map((prompt) => [prompt.id, prompt.is_asked]));
        this.state.values = panel.values;
        this.state.panel = panel;
    }

    async choose(ev) {
        this.needId = parseInt(ev.target.value);
        await this.load(this.props);
    }

    get askedCount() {
        return Object.values(this.state.asked).filter(Boolean).length;
    }

    get allCount() {
        return Object.keys(this.state.asked).length;
    }

    async tick(prompt, ev) {
        await this.note(prompt, ev.target.checked);
    }

    async answer(prompt, ev) {
        const answer = ev.target.value;
        if (answer !== (this.state.values[prompt.target] || "")) {
            await this.note(prompt, true, answer);
        }
    }

    async note(prompt, isAsked, answer = null) {
        const before = this.state.asked[prompt.id];
        this.state.asked[prompt.id] = isAsked;
        try {
            this.state.values = await this.orm.call("library.need", "note_interview", [
                [this.needId],
                prompt.id,
                isAsked,
                answer,
            ]);
        } catch (error) {
            this.state.asked[prompt.id] = before;
            this.state.values = { ...this.state.values };
            throw error;
        }
        const { record } = this.props;
        if (answer !== null && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("library_interview", {
    component: InterviewPanel,
    fieldDependencies: [{ name: "service_id", type: "many2one" }],
});
