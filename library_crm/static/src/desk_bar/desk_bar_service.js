import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

import { DeskBar } from "./desk_bar";

/** Opens the desk bar from anywhere: by Alt+Shift+D, the command palette or the icon in the bar. */
export const deskBarService = {
    dependencies: ["command", "dialog"],
    start(env, { command, dialog }) {
        let isOpen = false;
        const open = () => {
            if (!isOpen) {
                isOpen = true;
                dialog.add(DeskBar, {}, { onClose: () => (isOpen = false) });
            }
        };
        if (session.library_is_librarian) {
            command.add(_t("Note a desk contact"), open, {
                global: true,
                hotkey: "alt+shift+d",
                hotkeyOptions: { bypassEditableProtection: true, global: true },
            });
        }
        return { open };
    },
};

class DeskBarSystray extends Component {
    static template = "library_crm.DeskBarSystray";
    static props = {};

    setup() {
        this.deskBar = useService("library_desk_bar");
    }
}

registry.category("services").add("library_desk_bar", deskBarService);
registry.category("systray").add(
    "library_crm.desk_bar",
    { Component: DeskBarSystray, isDisplayed: () => Boolean(session.library_is_librarian) },
    { sequence: 26 }
);
