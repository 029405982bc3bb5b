import { registry } from "@web/core/registry";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";
import { FigureButtons, NOT_SHOWN } from "@library_crm/insight/figure_buttons";

/** A pivot that says which cells must not be shown, instead of leaving them to look like nothing. */
export class ReportPivotModel extends PivotModel {
    /** Whether the server kept a figure back: it then counts no rows, or cannot tell how many people there are. */
    isNotShown(cell) {
        if (cell.value !== null) {
            return false;
        }
        const aggregator = this.metaData.fields[cell.measure]?.aggregator;
        return aggregator === "count_distinct" || !this.data.counts[JSON.stringify(cell.groupId)];
    }

    exportData() {
        const table = super.exportData();
        for (const [number, row] of this.getTable().rows.entries()) {
            for (const [place, cell] of row.subGroupMeasurements.entries()) {
                if (cell.value === null) {
                    table.rows[number].values[place].value = this.isNotShown(cell) ? `${NOT_SHOWN}` : "";
                }
            }
        }
        return table;
    }
}

export class ReportPivotRenderer extends PivotRenderer {
    static template = "library_crm.ReportPivotRenderer";
    static components = { ...PivotRenderer.components, FigureButtons };

    get notShown() {
        return `${NOT_SHOWN}`;
    }

    /** The figure as it stands, for a saved report. */
    getFigure() {
        const { activeMeasures, fullRowGroupBys, fullColGroupBys } = this.model.metaData;
        return {
            name: this.env.config.getDisplayName(),
            domain: this.env.searchModel.domain,
            groupby: [...fullRowGroupBys, ...fullColGroupBys],
            measures: activeMeasures,
        };
    }
}

registry.category("views").add("library_pivot", {
    ...pivotView,
    Model: ReportPivotModel,
    Renderer: ReportPivotRenderer,
    buttonTemplate: "library_crm.ReportPivot.Buttons",
});
