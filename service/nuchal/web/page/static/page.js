/* What scripts add: no reload of the whole page, files by drag and drop, copies, and jumps to a place. All of it works without, by forms. */
import { enhanceForms } from "./forms.js";
import { enhanceFiles } from "./files.js";
import { enhancePlaces } from "./places.js";
import { enhanceCopies } from "./copies.js";

document.documentElement.classList.add("scripted");
enhanceForms();
enhanceFiles();
enhancePlaces();
enhanceCopies();
