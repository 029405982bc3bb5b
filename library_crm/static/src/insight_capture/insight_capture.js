import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** An insight in two clicks: open, say it in one line, keep it. What was open is what it is about. */
export class InsightCapture extends Component {
    static template = "library_crm.InsightCapture";
    static components = { Dialog };
    static props = { close: Function, resModel: { type: String, optional: true }, resId: { optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            name: "", body: "", kind: "insight", roomId: "", isAbout: true, isSaving: false,
            options: { kinds: [], rooms: [], about: false },
        });
        useAutofocus({ refName: "line", mobile: true });
        onWillStart(() => {
            // not awaited: the first word may come before the choices do
            this.load();
        });
    }

    async load() {
        const args = [this.props.resModel || false, this.props.resId || false];
        this.state.options = await this.orm.call("library.insight", "capture_options", args);
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing && (ev.target.tagName === "INPUT" || ev.ctrlKey)) {
            ev.preventDefault();
            this.save();
        }
    }

    async save() {
        if (this.state.isSaving || !this.state.name.trim()) {
            return;
        }
        this.state.isSaving = true;
        try {
            const about = this.state.isAbout
                ? { res_model: this.props.resModel || false, res_id: this.props.resId || false }
                : {};
            const id = await this.orm.call("library.insight", "capture", [
                { name: this.state.name, body: this.state.body, kind: this.state.kind, room_id: this.state.roomId, ...about },
            ]);
            this.props.close();
            this.notification.add(_t("Kept. Thank you for telling it!"), {
                type: "success",
                buttons: [{ name: _t("To the insight"), onClick: () => this.open(id) }],
            });
        } finally {
            this.state.isSaving = false;
        }
    }

    open(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "library.insight",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

class InsightCaptureSystray extends Component {
    static template = "library_crm.InsightCaptureSystray";
    static props = {};

    setup() {
        this.capture = useService("library_insight_capture");
    }
}

/** Opens the form from anywhere: by Alt+Shift+K, the command palette or the icon in the bar. */
export const insightCaptureService = {
    dependencies: ["command", "dialog", "action"],
    start(env, { command, dialog, action }) {
        let isOpen = false;
        const open = () => {
            if (isOpen) {
                return;
            }
            const { currentState, props } = action.currentController || {};
            isOpen = true;
            dialog.add(
                InsightCapture,
                { resModel: props?.resModel, resId: currentState?.resId || props?.resId || false },
                { onClose: () => (isOpen = false) }
            );
        };
        if (session.library_is_librarian) {
            command.add(_t("Note an insight"), open, {
                global: true,
                hotkey: "alt+shift+k",
                hotkeyOptions: { bypassEditableProtection: true, global: true },
            });
        }
        return { open };
    },
};

registry.category("services").add("library_insight_capture", insightCaptureService);
registry.category("systray").add(
    "library_crm.insight_capture",
    { Component: InsightCaptureSystray, isDisplayed: () => Boolean(session.library_is_librarian) },
    { sequence: 25 }
);
