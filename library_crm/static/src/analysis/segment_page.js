import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A table in which a figure about too few people is a mark, not a number. */
export class LibraryGuardedTable extends Component {
    static template = "library_crm.GuardedTable";
    static props = { table: Object };

    text(cell) {
        return cell === null ? "–" : String(cell);
    }

    hint(cell) {
        return cell === null ? _t("Fewer than five people, or a figure that would give such a one away") : "";
    }

    /** The curve of staying as a line in a box of 100 by 40. */
    get curve() {
        const points = this.props.table.curve || [];
        if (points.length < 3) {
            return "";
        }
        const last = points[points.length - 1][0] || 1;
        return points.map(([month, share]) => `${(100 * month) / last},${40 - 40 * share}`).join(" ");
    }
}

/** One page of tables about a segment, fetched when its tab is opened. */
export class LibrarySegmentPage extends Component {
    static template = "library_crm.SegmentPage";
    static components = { LibraryGuardedTable };
    static props = { ...standardWidgetProps, part: String };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ page: { tables: [] }, otherId: 0, isReady: false });
        onWillStart(() => this.load());
    }

    async load() {
        const id = this.props.record.resId;
        if (id) {
            this.state.page = await this.orm.call("library.segment", "get_page", [[id], this.props.part], {
                other_id: this.state.otherId || false,
            });
        }
        this.state.isReady = true;
    }

    async onOther(event) {
        this.state.otherId = parseInt(event.target.value) || 0;
        await this.load();
    }

    get fileUrl() {
        const other = this.state.otherId ? `?other_id=${this.state.otherId}` : "";
        return `/library/segments/${this.props.record.resId}/${this.props.part}.xlsx${other}`;
    }
}

registry.category("view_widgets").add("library_segment_page", {
    component: LibrarySegmentPage,
    extractProps: ({ attrs }) => ({ part: attrs.part }),
});
