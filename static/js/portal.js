// The customer portal needs no more than busy buttons, toasts and clocks.
import "./toast.js";
import "./forms.js";
import "./clocks.js";
