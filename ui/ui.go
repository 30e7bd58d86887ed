// Package ui carries the built web apps inside the binary, so that everything a
// browser loads comes from this server and from nowhere else.
package ui

import (
	"embed"
	"io/fs"
)

// dist holds the output of `npm run build`; a fresh clone has only .gitkeep in
// it, so that Go builds without Node.
//
//go:embed all:dist
var dist embed.FS

// Dist returns the built files with index.html at the root. Before the web
// build has run there is no index.html in it; the server says so in a sentence.
func Dist() (fs.FS, error) {
	return fs.Sub(dist, "dist")
}
