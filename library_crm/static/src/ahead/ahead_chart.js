import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const WIDTH = 900;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 44;

/** Round numbers for an axis from 0 to `most`. */
export function ticks(most) {
    const rough = Math.max(most, 1) / 4;
    const power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough));
    const found = [];
    for (let value = 0; value < most + step; value += step) {
        found.push(value);
    }
    return found;
}

/** What came, and what is expected with its interval: a line is never drawn without its band. */
export class AheadBand extends Component {
    static template = "library_crm.AheadBand";
    static props = { points: Array };

    get box() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get most() {
        const values = this.props.points.flatMap((point) => [point.actual, point.expected, point.high]);
        return Math.max(...ticks(Math.max(...values.map((value) => value || 0))));
    }

    x(index) {
        return LEFT + ((index + 0.5) * (WIDTH - LEFT - RIGHT)) / this.props.points.length;
    }

    y(value) {
        return HEIGHT - BOTTOM - (value / this.most) * (HEIGHT - TOP - BOTTOM);
    }

    get marks() {
        return ticks(this.most).filter((value) => value <= this.most).map((value) => ({ value, y: this.y(value) }));
    }

    /** Lines between months of which the figure may be told; a month that may not be told is a gap. */
    lines(name) {
        const lines = [[]];
        this.props.points.forEach((point, index) => {
            if (point[name] === null) {
                lines.push([]);
            } else {
                lines[lines.length - 1].push(`${this.x(index)},${this.y(point[name])}`);
            }
        });
        return lines.filter((line) => line.length > 1).map((line) => line.join(" "));
    }

    get band() {
        const ahead = this.props.points.map((point, index) => ({ ...point, index })).filter((point) => point.high !== null);
        const up = ahead.map((point) => `${this.x(point.index)},${this.y(point.high)}`);
        const down = ahead.map((point) => `${this.x(point.index)},${this.y(point.low)}`).reverse();
        return [...up, ...down].join(" ");
    }

    get dots() {
        return this.props.points
            .map((point, index) => ({
                x: this.x(index),
                y: this.y(point.actual ?? point.expected ?? 0),
                isAhead: point.is_ahead,
                isShown: point.actual !== null || point.is_ahead,
                title: this.title(point),
            }))
            .filter((dot) => dot.isShown);
    }

    title(point) {
        if (point.is_ahead) {
            return _t("%(month)s: %(expected)s expected, %(low)s to %(high)s", {
                month: point.label,
                expected: point.expected,
                low: point.low,
                high: point.high,
            });
        }
        return _t("%(month)s: about %(actual)s", { month: point.label, actual: point.actual });
    }

    get labels() {
        const step = Math.ceil(this.props.points.length / 12);
        return this.props.points
            .map((point, index) => ({ text: point.label, x: this.x(index), index }))
            .filter((label) => label.index % step === 0);
    }

    get baseline() {
        return HEIGHT - BOTTOM;
    }

    get left() {
        return LEFT;
    }

    get right() {
        return WIDTH - RIGHT;
    }
}

/** Services as dots: effort to the right, value upwards, larger with more cases. */
export class AheadDots extends AheadBand {
    static template = "library_crm.AheadDots";
    static props = { points: Array, x: String, y: String, most_y: Number };

    get most() {
        return this.props.most_y;
    }

    /** Dots need no zero below them: the scale begins at the whole number under the lowest. */
    get least() {
        return Math.min(this.most - 1, Math.floor(Math.min(...this.props.points.map((point) => point.y))));
    }

    y(value) {
        return HEIGHT - BOTTOM - ((value - this.least) / (this.most - this.least)) * (HEIGHT - TOP - TOP - BOTTOM);
    }

    get marks() {
        const found = [];
        for (let value = this.least; value <= this.most; value++) {
            found.push({ value, y: this.y(value) });
        }
        return found;
    }

    get mostEffort() {
        return Math.max(...ticks(Math.max(...this.props.points.map((point) => point.x))));
    }

    x(value) {
        return LEFT + (value / this.mostEffort) * (WIDTH - LEFT - RIGHT - 120);
    }

    get marksBelow() {
        return ticks(this.mostEffort)
            .filter((value) => value <= this.mostEffort)
            .map((value) => ({ value, x: this.x(value) }));
    }

    get circles() {
        const most = Math.max(...this.props.points.map((point) => point.size));
        const circles = this.props.points.map((point) => ({
            x: this.x(point.x),
            y: this.y(point.y),
            r: 5 + 11 * Math.sqrt(point.size / (most || 1)),
            label: point.label,
            title: _t("%(service)s: %(minutes)s minutes, result %(value)s, %(cases)s cases", {
                service: point.label,
                minutes: point.x,
                value: point.y,
                cases: point.size,
            }),
        }));
        return this.placed(circles);
    }

    /** Names beside their dots, moved down where another name stands already. */
    placed(circles) {
        const taken = [];
        for (const circle of [...circles].sort((a, b) => a.y - b.y || a.x - b.x)) {
            const width = 7.5 * [...circle.label].length;
            circle.tx = circle.x + circle.r + 5;
            circle.ty = circle.y + 4;
            const hits = (one) => Math.abs(one.ty - circle.ty) < 14 && one.tx < circle.tx + width && circle.tx < one.tx + one.width;
            while (taken.some(hits)) {
                circle.ty += 3;
            }
            taken.push({ tx: circle.tx, ty: circle.ty, width });
        }
        return circles;
    }
}
