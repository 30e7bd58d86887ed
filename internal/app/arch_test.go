package app_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules of ARCHITECTURE.md that a compiler does not keep. They read the tree,
// not the built program, so they are quick and need no database.

const module = "tiaojietai/"

// layer is a floor of the house: what stands on it may use every floor below.
type layer struct {
	name string
	// folders under internal/, each with those of its own floor that it may use.
	folders map[string]string
}

// layers stand in the order of ARCHITECTURE.md, the lowest first. A folder that
// is in no layer fails the test: say first where it belongs.
var layers = []layer{
	{"errors", map[string]string{"errs": ""}},
	{"knows no business word", map[string]string{
		"db": "", "gm": "", "config": "", "sheet": "", "packet": "gm", "web": "db", "job": "db", "testkit": "db",
	}},
	{"shared by the registers", map[string]string{
		"workday": "", "rulebook": "workday", "audit": "",
		"account":    "audit rulebook workday",
		"org":        "account audit rulebook workday",
		"attachment": "account audit org rulebook workday",
		"notice":     "account audit org rulebook workday",
		"search":     "account org",
	}},
	{"matter", map[string]string{"matter": ""}},
	{"the registers", map[string]string{
		"screening": "", "mediation": "", "petition": "", "mediator": "", "standards": "", "outreach": "",
	}},
	{"reads across the registers", map[string]string{"stats": "", "ledger": "stats", "dossier": "", "assessment": "stats", "portal": "dossier"}},
	{"wiring", map[string]string{"app": ""}},
}

// commandMay is what cmd/ may use: it is thin, internal/app does the wiring.
const commandMay = "app config errs"

func floorOf(folder string) int {
	return slices.IndexFunc(layers, func(l layer) bool { _, ok := l.folders[folder]; return ok })
}

// mayImport says why a folder may not import another, or "".
func mayImport(from, to string, test bool) string {
	if test && to == "testkit" || from == to {
		return ""
	}
	f, t := floorOf(from), floorOf(to)
	switch {
	case f < 0 || t < 0:
		return "is in no layer of the table in arch_test.go"
	case to == "testkit":
		return "is for tests only"
	case t < f:
		return ""
	case t == f && slices.Contains(strings.Fields(layers[f].folders[from]), to):
		return ""
	case t == f:
		return "stands on the same floor (" + layers[f].name + ") and is not named in the table"
	}
	return "stands above it (" + layers[t].name + ")"
}

// root is the repository.
var root = absolute("../..")

func absolute(rel string) string {
	abs, err := filepath.Abs(rel)
	if err != nil {
		panic(err)
	}
	return abs
}

// goFile is a parsed source file; path is slash-separated from the root.
type goFile struct {
	path string
	ast  *ast.File
	fset *token.FileSet
}

func (f goFile) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// folder is the folder under internal/, "cmd" for commands, "" elsewhere.
func (f goFile) folder() string {
	parts := strings.Split(f.path, "/")
	switch {
	case parts[0] == "internal" && len(parts) > 2:
		return parts[1]
	case parts[0] == "cmd":
		return "cmd"
	}
	return ""
}

func (f goFile) line(p token.Pos) int { return f.fset.Position(p).Line }

// goFiles parses every Go file of the repository.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var list []goFile
	for _, p := range files(t, ".", ".go") {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join(root, p), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, goFile{p, file, fset})
	}
	return list
}

// notOurs are directories that hold nothing written here.
var notOurs = map[string]bool{".git": true, "node_modules": true, "dist": true, "bin": true, "tmp": true, "data": true, "pictures": true}

// files lists files below dir with one of the extensions, slash-separated from the root.
func files(t *testing.T, dir string, ext ...string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(root), dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && notOurs[d.Name()]:
			return fs.SkipDir
		case !d.IsDir() && slices.Contains(ext, path.Ext(p)):
			list = append(list, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func read(t *testing.T, p string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, p))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestArchImports(t *testing.T) {
	for _, f := range goFiles(t) {
		from := f.folder()
		if from == "" {
			continue
		}
		if from != "cmd" && floorOf(from) < 0 {
			t.Errorf("%s: internal/%s is in no layer of the table in arch_test.go", f.path, from)
			continue
		}
		for _, imp := range f.ast.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			to, ours := strings.CutPrefix(name, module+"internal/")
			if !ours {
				continue
			}
			to, _, _ = strings.Cut(to, "/")
			why := ""
			if from != "cmd" {
				why = mayImport(from, to, f.test())
			} else if !f.test() && !slices.Contains(strings.Fields(commandMay), to) {
				why = "is not for commands: let internal/app do it"
			}
			if why != "" {
				t.Errorf("%s:%d imports %s, which %s", f.path, f.line(imp.Pos()), to, why)
			}
		}
	}
}

// sqlText is how a statement begins; statements are written in capitals.
var sqlText = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP)\s`)

// sqlCalls and dbCalls are the ways to run one. db.Insert, Upsert and Sync are
// not among them: they take a struct, not a statement.
var (
	sqlCalls = []string{"ExecContext", "QueryContext", "QueryRowContext", "PrepareContext", "ExecOne"}
	dbCalls  = []string{"Select", "Get"}
)

// sqlIn reports the first place in a file where SQL is written or run, or 0.
func sqlIn(f goFile) (line int) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if line != 0 {
			return false
		}
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && sqlText.MatchString(s) {
				line = f.line(n.Pos())
			}
		case *ast.SelectorExpr:
			x, _ := n.X.(*ast.Ident)
			if slices.Contains(sqlCalls, n.Sel.Name) || x != nil && x.Name == "db" && slices.Contains(dbCalls, n.Sel.Name) {
				line = f.line(n.Pos())
			}
		}
		return true
	})
	return line
}

// A slice's SQL is in store.go, or in store_….go where that grew too long, so
// that every statement on a table is found on one screen.
func TestArchSQL(t *testing.T) {
	for _, f := range goFiles(t) {
		base := path.Base(f.path)
		switch {
		case f.test(), f.folder() == "", f.folder() == "db", f.folder() == "testkit":
		case base == "store.go", strings.HasPrefix(base, "store_"):
		default:
			if line := sqlIn(f); line != 0 {
				t.Errorf("%s:%d: SQL belongs in store.go", f.path, line)
			}
		}
	}
}

// Glossary and folders name each other: | 中文 | code | folder | meaning | avoid |.
func TestArchGlossary(t *testing.T) {
	named := map[string]bool{}
	for line := range strings.Lines(string(read(t, "docs/glossary.md"))) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 2 || strings.Contains(line, "---") || strings.Contains(line, "| code |") {
			continue
		}
		if len(cells) != 7 {
			t.Errorf("docs/glossary.md: a row has not five cells: %s", line)
			continue
		}
		if folder := strings.Trim(strings.TrimSpace(cells[3]), "`/"); folder != "–" {
			named[folder] = true
		}
	}
	there := map[string]bool{}
	for _, f := range goFiles(t) {
		if name := f.folder(); name != "" && name != "cmd" {
			there[name] = true
		}
	}
	for name := range there {
		if !named[name] {
			t.Errorf("docs/glossary.md has no row for internal/%s", name)
		}
	}
	for name := range named {
		if !there[name] {
			t.Errorf("docs/glossary.md names internal/%s, which is not there", name)
		}
	}
}

// forbidden are words that make a citizen a thing to be managed. They may stand
// in no code, screen, template, rulebook or demonstration text.
var forbidden = strings.Fields("稳控 截访 劝返 拦访 缠访 闹访 非访 重点人员 黑名单 息诉罢访")

// defines are the files that list the words in order to keep them out.
func defines(p string, content []byte) bool {
	if p == "internal/app/arch_test.go" || strings.HasPrefix(p, "docs/") && bytes.Contains(content, []byte("<!-- lists the forbidden words -->")) {
		return true
	}
	isTest := strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, ".test.ts") || strings.HasSuffix(p, ".test.mjs")
	return isTest && wordsIn(content) == len(forbidden) // the list itself, not a word in passing
}

func wordsIn(content []byte) (n int) {
	for _, w := range forbidden {
		if bytes.Contains(content, []byte(w)) {
			n++
		}
	}
	return n
}

func TestArchWords(t *testing.T) {
	for _, p := range files(t, ".", ".go", ".vue", ".ts", ".js", ".mjs", ".css", ".html", ".yaml", ".yml", ".sql", ".csv", ".md") {
		content := read(t, p)
		if wordsIn(content) == 0 || defines(p, content) {
			continue
		}
		for i, line := range strings.Split(string(content), "\n") {
			for _, w := range forbidden {
				if strings.Contains(line, w) {
					t.Errorf("%s:%d says %s", p, i+1, w)
				}
			}
		}
	}
}

// outside is an address that a browser would fetch from another host.
var outside = regexp.MustCompile(`(?i)(https?:)?//([a-z0-9-]+\.)+[a-z]{2,}`)

// Everything the browser loads is served by the binary.
func TestArchNoOutsideHost(t *testing.T) {
	for _, p := range files(t, "ui", ".vue", ".ts", ".css", ".html", ".js", ".webmanifest") {
		for i, line := range strings.Split(string(read(t, p)), "\n") {
			// The SVG name space is a name, nothing is loaded from it.
			for _, hit := range outside.FindAllString(line, -1) {
				if !strings.HasSuffix(hit, "//www.w3.org") {
					t.Errorf("%s:%d names an outside host: %s", p, i+1, hit)
				}
			}
		}
	}
}

const (
	maxFuncLines = 60
	maxFileLines = 500
)

var generated = regexp.MustCompile(`(?m)^\s*(//|\*) (Code generated .* DO NOT EDIT\.|This file was auto-generated)`)

func TestArchSizes(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test() || generated.Match(read(t, f.path)) {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if n := f.line(fn.End()) - f.line(fn.Pos()); n > maxFuncLines {
					t.Errorf("%s:%d: %s has %d lines, more than %d", f.path, f.line(fn.Pos()), fn.Name.Name, n, maxFuncLines)
				}
			}
		}
	}
	for _, p := range files(t, ".", ".go", ".vue", ".ts", ".mjs") {
		content := read(t, p)
		if strings.HasPrefix(path.Base(p), "demotext") || strings.HasSuffix(p, ".d.ts") || generated.Match(content) {
			continue
		}
		if n := bytes.Count(content, []byte("\n")); n > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", p, n, maxFileLines)
		}
	}
}

// A rule that finds nothing may simply be broken.
func TestArchRulesFind(t *testing.T) {
	for _, c := range []struct {
		from, to string
		test, ok bool
	}{
		{"matter", "org", false, true},
		{"matter", "db", false, true},
		{"matter", "petition", false, false},
		{"petition", "matter", false, true},
		{"petition", "mediation", false, false},
		{"db", "rulebook", false, false},
		{"org", "account", false, true},
		{"account", "org", false, false},
		{"matter", "testkit", true, true},
		{"matter", "testkit", false, false},
		{"matter", "utils", false, false},
	} {
		if why := mayImport(c.from, c.to, c.test); (why == "") != c.ok {
			t.Errorf("%s → %s: %q", c.from, c.to, why)
		}
	}
	for src, want := range map[string]bool{
		"const q = `SELECT 1`":             true,
		"const q = `\n\tUPDATE a SET b=1`": true,
		`var _ = db.Get`:                   true,
		`var _ = "Select one"`:             false,
		`var _ = book.Get`:                 false,
	} {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "x.go", "package x\n"+src, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := sqlIn(goFile{"x.go", file, fset}) != 0; got != want {
			t.Errorf("%s: SQL found: %v", src, got)
		}
	}
	for _, c := range []struct {
		line string
		want bool
	}{
		{`<link href="https://fonts.example.com/a.css">`, true},
		{`url(//cdn.example.net/x)`, true},
		{`http://localhost:8080`, false},
		{`// a comment`, false},
	} {
		if got := outside.MatchString(c.line); got != c.want {
			t.Errorf("%s: outside host found: %v", c.line, got)
		}
	}
	if defines("internal/matter/matter_test.go", fmt.Appendf(nil, "只提到%s", forbidden[0])) {
		t.Error("a test that mentions one word passes as one that lists them all")
	}
}
