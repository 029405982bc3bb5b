import { Component, markup, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const TYPING_DELAY = 400;
const LINK = 4;
const ICONS = {
    "library.article": "fa-file-text-o",
    "library.solution": "fa-lightbulb-o",
    "library.resource": "fa-database",
    "library.insight": "fa-star-o",
    "library.service.log": "fa-history",
    "library.case": "fa-comments-o",
};

/** What was answered already and is near to the question of a case: one list of five, by kind on demand. */
export class AnsweredPanel extends Component {
    static template = "library_crm.AnsweredPanel";
    static props = { ...standardWidgetProps, isFolded: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({
            isFolded: Boolean(this.props.isFolded),
            isLoading: false,
            hasAsked: false,
            words: "",
            section: "best",
            rows: {},
            sections: [],
            people: [],
        });
        this.askSoon = useDebounced(() => this.ask(), TYPING_DELAY);
        this.isGone = false;
        onWillUnmount(() => (this.isGone = true));
        this.question = null;
        this.typed = "";
        this.root = useRef("root");
        useRecordObserver((record) => this.onRecord(record));
        useExternalListener(window, "input", (ev) => this.onTyped(ev));
    }

    /** The dialog of an answer knows its case; the form of a case is one. */
    get isDialog() {
        return this.props.record.resModel !== "library.case";
    }

    get caseId() {
        const { record } = this.props;
        return this.isDialog ? record.data.case_id.id : record.resId || false;
    }

    get canSend() {
        return this.isDialog || (this.caseId && this.props.record.data.stage_code !== "closed");
    }

    get elsewhere() {
        const section = this.state.sections.find((one) => one.code === "elsewhere");
        return section ? section.keys.map((key) => [key, this.state.rows[key]]) : [];
    }

    get chips() {
        return this.state.sections.filter((one) => one.code !== "elsewhere");
    }

    get shown() {
        const section =
            this.chips.find((one) => one.code === this.state.section) || this.chips[0];
        return section ? section.keys.map((key) => [key, this.state.rows[key]]) : [];
    }

    iconOf(row) {
        return ICONS[row.model] || "fa-file-o";
    }

    /** The question is read as it is typed; of a case that is saved the server knows more than its title. */
    onRecord(record) {
        const question = this.isDialog
            ? `${record.data.case_id.id}`
            : `${record.resId || ""}:${record.data.name || ""}`;
        if (question !== this.question) {
            const isFirst = this.question === null;
            this.question = question;
            if (!this.state.isFolded) {
                isFirst ? this.ask() : this.askSoon();
            }
        }
    }

    /** A field tells its record what was typed when it is left; the panel is there before that. */
    onTyped(ev) {
        const form = this.root.el?.closest(".o_form_renderer");
        if (!this.isDialog && !this.caseId && form?.contains(ev.target)) {
            if (ev.target.closest(".o_field_widget[name='name']")) {
                this.typed = ev.target.value;
                this.askSoon();
            }
        }
    }

    get text() {
        if (this.state.words.trim()) {
            return this.state.words;
        }
        return this.caseId ? "" : this.typed || this.props.record.data.name || "";
    }

    async ask() {
        if (this.isGone || (!this.caseId && !this.text.trim())) {
            return;
        }
        this.state.isLoading = true;
        try {
            const found = await this.keepLast.add(
                this.orm.silent.call("library.case", "find_answered", [this.text, this.caseId])
            );
            for (const row of Object.values(found.rows)) {
                row.title = markup(row.title);
                row.snippet = markup(row.snippet);
            }
            Object.assign(this.state, { ...found, hasAsked: true });
        } finally {
            this.state.isLoading = false;
        }
    }

    unfold() {
        this.state.isFolded = !this.state.isFolded;
        if (!this.state.isFolded && !this.state.hasAsked) {
            this.ask();
        }
    }

    onWords(ev) {
        this.state.words = ev.target.value;
        this.askSoon();
    }

    choose(code) {
        this.state.section = code;
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
            target: this.isDialog ? "new" : "current",
        });
    }

    async judge(key, row, verdict) {
        await this.orm.call("library.case", "judge_answered", [
            key,
            verdict,
            this.caseId,
            row.rank,
            row.fit,
        ]);
        row.verdict = verdict;
    }

    async insert(key, row) {
        if (this.isDialog) {
            await this.insertHere(key);
        } else if (await this.props.record.save()) {
            const action = await this.orm.call("library.case", "action_answer_with", [
                [this.caseId],
                key,
            ]);
            await this.action.doAction(action, { onClose: () => this.props.record.load() });
        }
        await this.judge(key, row, "accepted");
    }

    /** Put what a row brings into the answer that is being written. */
    async insertHere(key) {
        const { record } = this.props;
        const cited = await this.orm.call("library.case", "cite_answered", [key, this.caseId]);
        // what is typed in the editor has to be in the record before it is added to
        await record.isDirty();
        const changes = {};
        for (const name of ["article_ids", "solution_ids"]) {
            if (cited[name].length) {
                changes[name] = cited[name].map((one) => [LINK, one.id, one]);
            }
        }
        if (cited.html) {
            changes.body = markup(`${record.data.body || ""}${cited.html}`);
        }
        await record.update(changes);
        this.notification.add(_t("It stands in the answer now."), { type: "success" });
    }

    async note(key, row) {
        await this.orm.call("library.case", "action_note_answered", [[this.caseId], key]);
        await this.judge(key, row, "accepted");
        this.notification.add(_t("Left in the workroom."), { type: "success" });
    }
}

registry.category("view_widgets").add("library_answered", {
    component: AnsweredPanel,
    extractProps: ({ options }) => ({ isFolded: Boolean(options.folded) }),
    fieldDependencies: [],
});
