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
        // whoever comes back to this page by the browser's button can send again
        this.waitForTimeout(() => button.removeAttribute("disabled"), 5000);
    }
}

/** Files that the library would refuse are named before they travel; the sentence is the help below the field. */
export class LibraryFiles extends Interaction {
    static selector = "input[type=file][data-library-megabytes]";
    dynamicContent = {
        _root: { "t-on-change": this.onChange },
    };

    onChange() {
        const size = [...this.el.files].reduce((sum, file) => sum + file.size, 0);
        const tooLarge = size > Number(this.el.dataset.libraryMegabytes) * 1024 * 1024;
        const help = document.getElementById(this.el.getAttribute("aria-describedby"));
        this.el.setCustomValidity(tooLarge ? help.textContent : "");
        this.el.reportValidity();
    }
}

registry.category("public.interactions").add("library_crm.files", LibraryFiles);
registry.category("public.interactions").add("library_crm.rating", LibraryRating);
registry.category("public.interactions").add("library_crm.form", LibraryForm);
