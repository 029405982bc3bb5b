import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What a definition says, line by line: [what, words]. */
export function cardLines(card) {
    return [
        [_t("Counted"), card.numerator],
        [_t("Out of"), card.denominator],
        [_t("Period"), card.period],
        [_t("Left out"), card.exclusions],
        [_t("Scale"), card.scale],
        [_t("How sure"), card.interval],
        [_t("Source"), card.edition],
    ].filter((line) => line[1]);
}

/** The definition of a figure, opened beside it. */
export class FigureCard extends Component {
    static template = "library_crm.FigureCard";
    static props = { card: { type: Object, optional: true } };

    get lines() {
        return cardLines(this.props.card);
    }
}

/** What patrons say: each figure with how many answered, how sure it is and what it means. One call a look. */
export class EvaluationBoard extends Component {
    static template = "library_crm.EvaluationBoard";
    static components = { Layout, FigureCard };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ board: null });
        onWillStart(() => this.load(12, "team"));
    }

    async load(months, group) {
        this.state.board = await this.orm.call("library.evaluation.report", "board", [months, group]);
    }

    get codes() {
        return ["csat", "csat_mean", "return", "transfer", "nps"];
    }

    /** Groups of which something may be said; of the others only how many they are. */
    get rows() {
        return this.state.board.rows.filter((row) => this.codes.some((code) => row.figures[code].told));
    }

    get untold() {
        const count = this.state.board.rows.length - this.rows.length;
        return count && _t("%(count)s more with too few answers to say anything", { count });
    }

    get periods() {
        return [
            [3, _t("3 months")],
            [12, _t("12 months")],
            [36, _t("3 years")],
        ];
    }

    get groups() {
        return [
            ["service", _t("By service")],
            ["team", _t("By team")],
            ["month", _t("By month")],
        ];
    }

    get checks() {
        const found = this.state.board.nonresponse;
        return [
            [_t("By type of patron"), found.type],
            [_t("By stage of life"), found.lifecycle],
        ];
    }

    name(code) {
        return this.state.board.cards[code]?.name || code;
    }

    number(code, value) {
        if (value === null || value === undefined) {
            return "–";
        }
        if (code === "csat_mean") {
            return value.toFixed(1);
        }
        return code === "nps" ? `${Math.round(value)}` : `${Math.round(100 * value)} %`;
    }

    interval(code, figure) {
        return _t("%(low)s to %(high)s", {
            low: this.number(code, figure.low),
            high: this.number(code, figure.high),
        });
    }

    why(code, figure) {
        return code === "nps" && figure.n < 30
            ? _t("%(n)s answers; shown from 30 on", { n: figure.n })
            : _t("Too few answers to say it");
    }

    /** Where the value and its interval lie on the scale, in percent of its width. */
    place(code, value) {
        const share = code === "nps" ? (value + 100) / 200 : code === "csat_mean" ? (value - 1) / 4 : value;
        return Math.min(100, Math.max(0, 100 * share));
    }

    bar(code, figure) {
        const low = this.place(code, figure.low);
        return `left: ${low}%; width: ${Math.max(1, this.place(code, figure.high) - low)}%`;
    }

    p(value) {
        return value < 0.001 ? "< 0.001" : value.toFixed(3);
    }
}

registry.category("actions").add("library_evaluation_board", EvaluationBoard);
