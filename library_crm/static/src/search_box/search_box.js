import { Component, markup, onMounted, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const TYPING_DELAY = 250;
const ICONS = {
    "library.article": "fa-file-text-o",
    "library.solution": "fa-lightbulb-o",
    "library.resource": "fa-database",
    "library.insight": "fa-star-o",
};

/** One box for all that the library knows: results while typing, best first, narrowed by a click. */
export class SearchBox extends Component {
    static template = "library_crm.SearchBox";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.words = useRef("words");
        this.results = useRef("results");
        this.display = { controlPanel: {} };
        const former = this.props.state?.search || { query: this.props.action.params?.query || "", chosen: {} };
        this.state = useState({ ...former, found: null, isLoading: false });
        this.askSoon = useDebounced(() => this.ask(), TYPING_DELAY);
        // whoever comes back from a record finds the search as it was left
        useSetupAction({
            getLocalState: () => ({
                search: { query: this.state.query, chosen: { ...this.state.chosen } },
            }),
        });
        onMounted(() => {
            this.words.el.focus();
            if (this.state.query) {
                this.ask();
            }
        });
    }

    get hasChosen() {
        return Object.values(this.state.chosen).some(Boolean);
    }

    iconOf(hit) {
        return ICONS[hit.model] || "fa-file-o";
    }

    onWords(ev) {
        this.state.query = ev.target.value;
        this.askSoon();
    }

    async ask() {
        if (!this.state.query.trim()) {
            this.state.found = null;
            return;
        }
        this.state.isLoading = true;
        try {
            this.state.found = await this.keepLast.add(this.fetchPage(0));
        } finally {
            this.state.isLoading = false;
        }
    }

    async fetchPage(offset) {
        const { query, chosen } = this.state;
        const found = await this.orm.silent.call("library.search.document", "find_for_box", [
            query,
            chosen,
            offset,
        ]);
        for (const hit of found.hits) {
            hit.title = markup(hit.title);
            hit.snippet = markup(hit.snippet);
        }
        return found;
    }

    async more() {
        const { found } = this.state;
        const page = await this.fetchPage(found.hits.length);
        if (this.state.found === found) {
            found.hits.push(...page.hits);
        }
    }

    /** A facet that is clicked again is taken back. */
    choose(name, value) {
        this.state.chosen[name] = this.state.chosen[name] === value ? false : value;
        this.ask();
    }

    chooseAll() {
        this.state.chosen = {};
        this.ask();
    }

    searchFor(query) {
        this.state.query = query;
        this.ask();
    }

    open(hit) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: hit.model,
            res_id: hit.res_id,
            views: [[false, "form"]],
        });
    }

    write() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "library.article",
            views: [[false, "form"]],
            context: { default_name: this.state.query.trim() },
        });
    }

    /** Down and up go through the results, from the box and back to it. */
    onKey(ev) {
        const rows = [...(this.results.el?.querySelectorAll(".o_library_box_hit > a") || [])];
        const place = rows.indexOf(document.activeElement);
        if (ev.key === "ArrowDown" && place + 1 < rows.length) {
            rows[place + 1].focus();
        } else if (ev.key === "ArrowUp" && place >= 0) {
            (rows[place - 1] || this.words.el).focus();
        } else if (ev.key === "Enter" && document.activeElement === this.words.el) {
            this.ask();
        } else if (ev.key === "Escape" && this.state.query) {
            this.state.query = "";
            this.ask();
            this.words.el.focus();
        } else {
            return;
        }
        ev.preventDefault();
    }
}

registry.category("actions").add("library_knowledge_search", SearchBox);
