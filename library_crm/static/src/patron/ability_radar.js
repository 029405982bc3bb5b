import { onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { LibraryAxisRadar } from "../analysis/axis_radar";

/** A patron's abilities, asked for when somebody opens their page and not before. */
export class LibraryAbilityRadar extends LibraryAxisRadar {
    static template = "library_crm.AbilityRadar";
    static props = { ...standardWidgetProps };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.found = useState({ skills: [] });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                return this.load(next.record.resId);
            }
        });
    }

    async load(patronId) {
        this.found.skills = patronId ? await this.orm.call("library.patron", "ability_profile", [[patronId]]) : [];
    }

    /** The axes as the radar wants them; what nobody knows lies at the centre. */
    get axes() {
        const skills = this.found.skills;
        if (!skills.some((skill) => skill.level !== null)) {
            return [];
        }
        return skills.map((skill) => ({ ...skill, axis: skill.id, level: skill.level || 0, known: skill.level !== null }));
    }

    levelText(skill) {
        return skill.known ? _t("%(level)s of 4", { level: skill.level }) : _t("not known");
    }

    saidText(skill) {
        return skill.said
            .map((one) => _t("%(who)s: %(level)s on %(date)s", { who: one.label, level: one.level, date: one.date }))
            .join(" · ");
    }
}

registry.category("view_widgets").add("library_ability_radar", { component: LibraryAbilityRadar });
