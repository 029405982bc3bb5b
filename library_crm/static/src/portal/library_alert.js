import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * The page that “useful” or “not useful” in a mail opens sends it as soon as a person is there: a pointer that moves,
 * a key, a touch. Programs that check mail open the link and run scripts, but nobody's hand moves there.
 */
export class LibraryAlertSay extends Interaction {
    static selector = "form[data-library-alert-say]";
    dynamicContent = {
        _document: {
            "t-on-pointermove": this.onSign,
            "t-on-pointerdown": this.onSign,
            "t-on-keydown": this.onSign,
        },
        _root: { "t-on-submit": () => (this.isSent = true) },
    };

    onSign(ev) {
        if (ev.isTrusted && !this.isSent) {
            this.isSent = true;
            this.el.requestSubmit();
        }
    }
}

registry.category("public.interactions").add("library_crm.alert_say", LibraryAlertSay);
