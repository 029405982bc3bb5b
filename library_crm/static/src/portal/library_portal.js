import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** The page that a rating link opens sends what was chosen in the mail; without scripts its button does. */
export class LibraryRating extends Interaction {
    static selector = "form[data-library-sends-itself]";

    start() {
        this.waitForTimeout(() => this.el.requestSubmit(), 150);
    }
}

/** A form is sent once, however often its button is clicked. */
export class LibraryForm extends Interaction {
    static selector = "form[data-library-form]";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
    };

    onSubmit() {
        const button = this.el.querySelector("button[type=submit]");
        this.waitForTimeout(() => button.setAttribute("disabled", "disabled"), 0);
    }
}

registry.category("public.interactions").add("library_crm.rating", LibraryRating);
registry.category("public.interactions").add("library_crm.form", LibraryForm);
