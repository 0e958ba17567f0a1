// The behaviours of every page; each one looks for its own attributes and stays out of the way otherwise.
import "./keep.js";
import "./forms.js";
import "./dialog.js";
import "./fragments.js";
import "./live.js";
import "./time.js";
import "./times.js";
import "./fields.js";
import "./presets.js";
import "./account.js";
import "./bell.js";
import "./notifications.js";
import "./talk.js";
import "./invitation.js";
import "./drafts.js";

// Where a time is chosen, and nowhere else.
if (document.getElementById("slots")) import("./hold.js");
