import { Message } from "@mail/core/common/message_model";
import { patch } from "@web/core/utils/patch";

const ROOMS = ["library.case", "library.workroom"];

/** A mail of a case is answered by the dialog that names every reader, and no room of ours is forwarded. */
patch(Message.prototype, {
    canForward(thread) {
        return !ROOMS.includes(thread?.model) && super.canForward(...arguments);
    },
});
