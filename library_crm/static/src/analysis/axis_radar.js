import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LEVELS = 4;
const RADIUS = 78;

/** Five axes from 0 to 4 as a radar, with the reason of each beside it. There is no sum. */
export class LibraryAxisRadar extends Component {
    static template = "library_crm.AxisRadar";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ axis: null });
    }

    get axes() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Where a level of an axis lies; the first axis points up. */
    point(index, level) {
        const angle = (2 * Math.PI * index) / this.axes.length - Math.PI / 2;
        const distance = (RADIUS * level) / LEVELS;
        return [Math.cos(angle) * distance, Math.sin(angle) * distance];
    }

    polygon(level) {
        const place = (axis, index) => this.point(index, level === null ? axis.level : level);
        return this.axes.map((axis, index) => place(axis, index).map((n) => n.toFixed(1)).join(",")).join(" ");
    }

    get rings() {
        return [1, 2, 3, 4].map((level) => this.polygon(level));
    }

    get spokes() {
        return this.axes.map((axis, index) => {
            const [x, y] = this.point(index, LEVELS);
            const [tx, ty] = this.point(index, LEVELS + 0.7);
            const anchor = Math.abs(tx) < 10 ? "middle" : tx > 0 ? "start" : "end";
            const [px, py] = this.point(index, axis.level);
            return { ...axis, x, y, tx, ty, px, py, anchor };
        });
    }

    get label() {
        return this.axes.map((axis) => _t("%(name)s %(level)s of 4", axis)).join(", ");
    }

    look(axis) {
        this.state.axis = axis;
    }
}

registry.category("fields").add("library_axis_radar", {
    component: LibraryAxisRadar,
    displayName: _t("Radar of five axes"),
    supportedTypes: ["json"],
});
