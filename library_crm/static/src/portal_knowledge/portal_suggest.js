import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

const TYPING_DELAY = 500;
const LEAST_CHARACTERS = 4;
const MOST_CHARACTERS = 500;

/** What the library knows already comes below the question while it is typed. Without scripts the form is as it was. */
export class LibrarySuggest extends Interaction {
    static selector = "#o_library_suggestions";

    setup() {
        this.question = document.getElementById("o_library_question");
        this.answered = document.getElementById("o_library_answered_form");
        this.asked = "";
    }

    start() {
        if (this.question && this.answered) {
            this.addListener(this.question, "input", this.debounced(this.suggest, TYPING_DELAY));
            this.suggest();
        }
    }

    async suggest() {
        const words = this.question.value.trim().slice(0, MOST_CHARACTERS);
        if (words === this.asked) {
            return;
        }
        this.asked = words;
        this.answered.elements.question.value = words;
        if (words.length < LEAST_CHARACTERS) {
            this.el.replaceChildren();
            return;
        }
        let html = "";
        try {
            const response = await this.waitFor(fetch(`/library/suggest?q=${encodeURIComponent(words)}`));
            html = response.ok ? (await this.waitFor(response.json())).html : "";
        } catch {
            // a help that does not come is no error for who asks
        }
        if (words === this.asked) {
            this.el.innerHTML = html;
        }
    }
}

registry.category("public.interactions").add("library_crm.suggest", LibrarySuggest);
