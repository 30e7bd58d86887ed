// Command licences refuses a dependency whose licence does not fit what we ship.
// It reads what is on this machine only: the module cache for Go modules that are
// linked into the commands, node_modules for the web app's production packages.
//
// A licence is known by its text, for Go, and by the package's own word, for npm.
// What is not on the allowed list fails, above all the AGPL, GPL and SSPL, and
// what is not recognised at all.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// allowed are the licences we may ship under Apache-2.0.
var allowed = []string{
	"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Zlib", "BlueOak-1.0.0",
	"MPL-2.0", "Unlicense", "CC0-1.0", "OFL-1.1", "SQLite public domain",
}

// byHand are licences that a person read, because a text is not recognised, of
// just this version: "name version" → licence.
var byHand = map[string]string{
	// LICENSE-LOGO is about a picture in the source that no build contains.
	"modernc.org/memory v1.12.1": "BSD-3-Clause",
	// Its Readme says MIT; only the part for Node uses it, no build contains it.
	"combine-errors 3.0.3": "MIT",
}

// component is a dependency and the licence found for it.
type component struct{ name, version, licence string }

func main() {
	goOnes, err := goModules()
	if err == nil {
		var web []component
		if web, err = npmPackages("ui"); err == nil {
			err = report(append(goOnes, web...))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func report(list []component) error {
	count := map[string]int{}
	var bad []string
	for _, c := range list {
		if l, ok := byHand[c.name+" "+c.version]; ok {
			c.licence = l
		}
		count[c.licence]++
		if !permitted(c.licence) {
			bad = append(bad, fmt.Sprintf("%s %s: %s", c.name, c.version, orUnknown(c.licence)))
		}
	}
	if len(bad) > 0 {
		return errors.New("not allowed:\n  " + strings.Join(bad, "\n  "))
	}
	var kinds []string
	for l, n := range count {
		kinds = append(kinds, fmt.Sprintf("%s %d", l, n))
	}
	sort.Strings(kinds)
	fmt.Printf("licences: %d dependencies allowed (%s)\n", len(list), strings.Join(kinds, ", "))
	return nil
}

func orUnknown(l string) string {
	if l == "" {
		return "unknown licence"
	}
	return l
}

// permitted reads an SPDX expression as far as packages use it: one of an OR is
// enough, an AND needs all.
func permitted(expr string) bool {
	expr = strings.Trim(expr, "() ")
	if expr == "" {
		return false
	}
	if parts := strings.Split(expr, " OR "); len(parts) > 1 {
		return slices.ContainsFunc(parts, permitted)
	}
	for p := range strings.SplitSeq(expr, " AND ") {
		if !slices.Contains(allowed, strings.Trim(p, "() ")) {
			return false
		}
	}
	return true
}

// goModules lists the modules that end up in the commands.
func goModules() ([]component, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	type module struct {
		Path, Version, Dir string
		Main               bool
		Replace            *module
	}
	seen := map[string]bool{}
	var list []component
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) && len(list) == 0 {
			return nil, errors.New("./cmd/... has no dependencies: is it there?")
		} else if errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		m := p.Module
		if m == nil || m.Main || seen[m.Path] {
			continue
		}
		seen[m.Path] = true
		if m.Replace != nil {
			m = m.Replace
		}
		list = append(list, component{m.Path, m.Version, licenceIn(m.Dir)})
	}
}

// licenceIn recognises the licence file of a directory, "" when there is none or
// it is not known.
func licenceIn(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	var found []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		// A list of third parties repeats the texts of modules that are looked at by themselves.
		if e.IsDir() || strings.Contains(name, "3RD-PARTY") ||
			!strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return ""
		}
		l := recognise(string(text))
		if l == "" {
			l = "unknown (" + e.Name() + ")"
		}
		if !slices.Contains(found, l) {
			found = append(found, l)
		}
	}
	// More than one text: all must be fit, whatever their relation.
	return strings.Join(found, " AND ")
}

// phrases name a licence by words of its own text. Some texts name others (the
// Mozilla licence lists the GPL as a secondary one), so the words that stand
// first in a file decide: its title.
var phrases = []struct{ licence, words string }{
	{"AGPL-3.0", "gnu affero general public license"},
	{"SSPL-1.0", "server side public license"},
	{"BUSL-1.1", "business source license"},
	{"LGPL", "gnu lesser general public license"},
	{"GPL", "gnu general public license"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "apache license, version 2.0"},
	{"OFL-1.1", "sil open font license version 1.1"},
	{"SQLite public domain", "all of the code and documentation in sqlite has been dedicated to the public domain"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"CC0-1.0", "cc0 1.0 universal"},
	{"BSD-3-Clause", "neither the name of"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee"},
}

// wholeGPL stands in the full text of every GNU licence: with it in the file the
// GPL applies to something there, whatever stands first.
const wholeGPL = "everyone is permitted to copy and distribute verbatim copies of this license document"

func recognise(text string) (licence string) {
	flat := strings.ToLower(strings.Join(strings.Fields(text), " "))
	first := len(flat)
	for _, p := range phrases {
		if i := strings.Index(flat, p.words); i >= 0 && i < first {
			first, licence = i, p.licence
		}
	}
	switch {
	case strings.Contains(flat, wholeGPL) && !strings.Contains(licence, "GPL"):
		return "GPL"
	case licence == "BSD-2-Clause" && strings.Contains(flat, "neither the name of"):
		return "BSD-3-Clause"
	}
	return licence
}

// npmPackages lists the production packages of a directory by its lock file.
func npmPackages(dir string) ([]component, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version          string
			Dev, DevOptional bool
			License          any
		}
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		return nil, fmt.Errorf("%s/package-lock.json: %w", dir, err)
	}
	var list []component
	for where, p := range lock.Packages {
		_, name, inside := strings.Cut(where, "node_modules/")
		if !inside || p.Dev || p.DevOptional {
			continue
		}
		if i := strings.LastIndex(name, "node_modules/"); i >= 0 {
			name = name[i+len("node_modules/"):]
		}
		licence, _ := p.License.(string)
		if licence == "" {
			licence = licenceIn(filepath.Join(dir, where))
		}
		list = append(list, component{name, p.Version, licence})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list, nil
}
