import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What is asked for beside what is known, by main class. One call a look; each figure opens its records. */
export class KnowledgeHealth extends Component {
    static template = "library_crm.KnowledgeHealth";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ figures: null, onlyAsked: true });
        onWillStart(() => this.load("clc"));
    }

    async load(scheme) {
        this.state.figures = await this.orm.call("library.knowledge.health", "figures", [scheme]);
    }

    get columns() {
        return [
            { key: "needs", label: _t("Open needs"), group: "demand" },
            { key: "cases", label: _t("Cases"), group: "demand" },
            { key: "misses", label: _t("Not found"), group: "demand" },
            { key: "verified", label: _t("Articles"), group: "supply" },
            { key: "solutions", label: _t("Solutions"), group: "supply" },
            { key: "resources", label: _t("Resources"), group: "supply" },
        ];
    }

    get rates() {
        return [
            { key: "stale", rate: "stale_rate", label: _t("Stale") },
            { key: "unverified", rate: "unverified_rate", label: _t("Not verified") },
            { key: "orphan", rate: "orphan_rate", label: _t("Nothing leads to it") },
        ];
    }

    /** Classes with anything in them, the largest debt first. */
    get rows() {
        const counted = [...this.columns.map((column) => column.key), "articles"];
        const rows = this.state.figures.rows.filter((row) => counted.some((key) => row[key]));
        return rows.sort((a, b) => b.debt - a.debt || b.cases - a.cases);
    }

    get most() {
        return Math.max(1, ...this.rows.map((row) => row.debt));
    }

    percent(value) {
        return value === null || value === undefined ? "–" : `${value} %`;
    }

    share(rate) {
        const total = this.state.figures.total;
        return _t("%(part)s of %(whole)s articles", { part: total[rate.key], whole: total.articles });
    }

    tone(rate) {
        return rate > 50 ? "text-danger fw-bold" : rate > 20 ? "text-warning-emphasis" : "";
    }

    coverageTone(rate) {
        return rate < 50 ? "bg-danger" : rate < 80 ? "bg-warning" : "bg-success";
    }

    async open(key, row) {
        const action = await this.orm.call("library.knowledge.health", "action_open_figure", [
            key,
            row.id,
            this.state.figures.scheme,
        ]);
        this.action.doAction(action);
    }
}

registry.category("actions").add("library_knowledge_health", KnowledgeHealth);
