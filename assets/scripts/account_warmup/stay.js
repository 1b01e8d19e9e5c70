// How long to stay on this post, in milliseconds: any time between the two limits, but not
// past the end.
var least = MIN_DURATION * 1000;
var most = MAX_DURATION * 1000;
var stay = least + Math.random() * (most - least);
output.stay = Math.max(0, Math.round(Math.min(stay, output.end - Date.now())));
