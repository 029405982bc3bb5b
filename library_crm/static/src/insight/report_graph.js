import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { FigureButtons, NOT_SHOWN } from "@library_crm/insight/figure_buttons";

const MOST_NAMES = 5;

/** A graph that says which values must not be shown. */
export class ReportGraphModel extends GraphModel {
    async _loadDataPoints(metaData) {
        const loaded = await super._loadDataPoints(metaData);
        const [points] = loaded;
        // values that are kept back must not turn whole numbers into decimals
        metaData.allIntegers = points.every(
            ({ value }) => value === null || value === false || Number.isInteger(value)
        );
        this.notShown = points.filter(({ value, count }) => value === null && !count);
        return loaded;
    }
}

export class ReportGraphRenderer extends GraphRenderer {
    static template = "library_crm.ReportGraphRenderer";
    static components = { ...GraphRenderer.components, FigureButtons };

    formatValue(value, ...rest) {
        return value === null ? `${NOT_SHOWN}` : super.formatValue(value, ...rest);
    }

    get note() {
        const points = this.model.notShown || [];
        if (!points.length) {
            return "";
        }
        const names = points.slice(0, MOST_NAMES).map((point) => point.labels.join(" / ") || _t("Total"));
        if (points.length > MOST_NAMES) {
            names.push("…");
        }
        return _t("Not shown, being about fewer than five people or beside such a figure: %(names)s", {
            names: names.join(", "),
        });
    }

    /** The figure as it stands, for a saved report. */
    getFigure() {
        const { measure, groupBy } = this.model.metaData;
        return {
            name: this.env.config.getDisplayName(),
            domain: this.env.searchModel.domain,
            groupby: groupBy.map(({ spec }) => spec),
            measures: [measure],
        };
    }
}

registry.category("views").add("library_graph", {
    ...graphView,
    Model: ReportGraphModel,
    Renderer: ReportGraphRenderer,
    buttonTemplate: "library_crm.ReportGraph.Buttons",
});
