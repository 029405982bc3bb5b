import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { RecordAutocomplete } from "@web/core/record_selectors/record_autocomplete";
import { useAutofocus, useService } from "@web/core/utils/hooks";

const CHANNEL_KEY = "library_crm.desk_bar.channel";
const NUDGE_KEY = "library_crm.desk_bar.nudged";
const LEVELS = ["1", "2", "3", "4", "5", "6"];
const KIND_KEYS = { d: "directional", t: "technical", r: "reference", i: "instruction", o: "other" };

/**
 * Notes a contact at the desk in seconds: a digit for the effort, Enter, done.
 * Whatever else is known can be added on the way; nothing else is asked.
 */
export class DeskBar extends Component {
    static template = "library_crm.DeskBar";
    static components = { Dialog, RecordAutocomplete };
    static props = { close: Function };

    setup() {
        this.orm = useService("orm");
        this.field = useService("field");
        this.action = useService("action");
        this.notification = useService("notification");
        this.levels = LEVELS;
        this.state = useState({
            labels: {},
            readLevel: "2",
            kind: "reference",
            channel: browser.localStorage.getItem(CHANNEL_KEY) || "desk",
            outcome: "done",
            note: "",
            patron: null,
            isSaving: false,
        });
        useAutofocus({ refName: "effort", mobile: true });
        onWillStart(() => {
            // not awaited: the first digit may come before the words do
            this.loadLabels();
        });
    }

    async loadLabels() {
        const fields = await this.field.loadFields("library.interaction", {
            fieldNames: ["read_level", "kind", "channel", "outcome"],
            attributes: ["selection"],
        });
        for (const [name, field] of Object.entries(fields)) {
            this.state.labels[name] = field.selection;
        }
    }

    get levelLabel() {
        const labels = Object.fromEntries(this.state.labels.read_level || []);
        return labels[this.state.readLevel] || this.state.readLevel;
    }

    /** Keys of the effort row: digits choose the level, letters the kind. */
    onEffortKeydown(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey) {
            return;
        }
        const step = { ArrowLeft: -1, ArrowRight: 1 }[ev.key];
        if (LEVELS.includes(ev.key)) {
            this.state.readLevel = ev.key;
        } else if (KIND_KEYS[ev.key.toLowerCase()]) {
            this.state.kind = KIND_KEYS[ev.key.toLowerCase()];
        } else if (step) {
            const index = LEVELS.indexOf(this.state.readLevel) + step;
            this.state.readLevel = LEVELS[Math.min(Math.max(index, 0), LEVELS.length - 1)];
        } else {
            return;
        }
        ev.preventDefault();
    }

    onKeydown(ev) {
        // Enter that chose a patron in the list has been used up there
        if (ev.key === "Enter" && !ev.defaultPrevented && !ev.isComposing && ev.target.tagName !== "BUTTON") {
            ev.preventDefault();
            this.save();
        }
    }

    async onPatronChosen(ids) {
        const [patron] = await this.orm.read("library.patron", ids.slice(0, 1), ["display_name"]);
        this.state.patron = patron || null;
    }

    async save() {
        if (this.state.isSaving) {
            return;
        }
        this.state.isSaving = true;
        browser.localStorage.setItem(CHANNEL_KEY, this.state.channel);
        try {
            const noted = await this.orm.call("library.interaction", "tally", [
                {
                    read_level: this.state.readLevel,
                    kind: this.state.kind,
                    channel: this.state.channel,
                    outcome: this.state.outcome,
                    note: this.state.note.trim(),
                    patron_id: this.state.patron?.id || false,
                },
            ]);
            this.props.close();
            this.notify(noted);
            await this.nudge();
        } finally {
            this.state.isSaving = false;
        }
    }

    notify(noted) {
        const target = noted.case_id
            ? { model: "library.case", id: noted.case_id, label: _t("To the case") }
            : { model: "library.interaction", id: noted.id, label: _t("Change") };
        const words = noted.case_id ? _t("Noted; it goes on as a case.") : _t("Noted: %s", this.levelLabel);
        this.notification.add(words, {
            type: "success",
            buttons: [{ name: target.label, onClick: () => this.openRecord(target) }],
        });
    }

    /** Once a day, a word about what is done away from the desk, for whoever notes none of it. */
    async nudge() {
        const today = new Date().toDateString();
        if (browser.localStorage.getItem(NUDGE_KEY) === today) {
            return;
        }
        const words = await this.orm.silent.call("library.interaction", "nudge", []);
        if (words) {
            browser.localStorage.setItem(NUDGE_KEY, today);
            this.notification.add(words, { type: "info", sticky: true });
        }
    }

    openRecord({ model, id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
