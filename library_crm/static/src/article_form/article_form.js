import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const TEXT_FIELDS = ["name", "summary", "body"];

/** A changed text is sent with the version on which it was changed, also when the page is closed in haste. */
class ArticleRecord extends formView.Model.Record {
    _getChanges(changes, options = {}) {
        const result = super._getChanges(changes, options);
        const isSaved = this.config.isRoot && this.resId && !options.withReadonly;
        if (isSaved && TEXT_FIELDS.some((name) => name in result)) {
            result.version_seen = this.data.version;
        }
        return result;
    }
}

class ArticleModel extends formView.Model {
    static Record = ArticleRecord;
}

/** Says at once when a colleague was faster; the text that was kept apart is one click away. */
export class ArticleFormController extends FormController {
    async onRecordSaved(record, changes) {
        await super.onRecordSaved(record, changes);
        if (!("version_seen" in changes)) {
            return;
        }
        const [{ apart_id: apart }] = await this.orm.read("library.article", [record.resId], ["apart_id"]);
        if (apart) {
            this.env.services.notification.add(
                _t("A colleague saved a newer text while you wrote. Yours is kept: see above the title."),
                { type: "warning", sticky: true }
            );
        }
    }
}

registry.category("views").add("library_article_form", {
    ...formView,
    Controller: ArticleFormController,
    Model: ArticleModel,
});
