// Loads what every staff page needs; each module looks for its own markup and works alone.
import "./theme.js";
import "./present.js";
import "./toast.js";
import "./dialog.js";
import "./forms.js";
import "./clocks.js";
import "./palette.js";
import "./keys.js";
import "./grid.js";
import "./power.js";
import "./time.js";
import "./menus.js";
import "./tabs.js";
import "./lists.js";
import "./visits.js";
