package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/ledger"
	"tiaojietai/internal/matter"
)

// Importing and exporting by command: the same service, jobs and rules as the web
// page, for whoever runs the server.

// Import is what `import` takes. As and MatterKind are for matters only.
type Import struct {
	Kind, File, As, MatterKind, Mapping string
	DryRun                              bool
}

// ImportReport is how it ended. RejectedFile is "" where every row went in.
type ImportReport struct {
	ledger.Import
	RejectedFile string
}

// mappingFile names columns, by header or letter, and what they are, by code or
// Chinese name.
type mappingFile struct {
	Sheet   string            `yaml:"sheet"`
	Year    int64             `yaml:"year"`
	Columns map[string]string `yaml:"columns"`
}

// asBody is the caller a command acts as: the system, for a body.
func (a *App) asBody(ctx context.Context, code string) (account.Caller, error) {
	c := account.Caller{County: a.County(), Name: "命令行"}
	if _, err := a.Keys.Of(c.County); err != nil {
		return c, fmt.Errorf("数据库里还没有建县：请先运行一次 tiaojietai serve（%w）", err)
	}
	if code == "" {
		return c, nil
	}
	tree, err := a.Orgs.Tree(ctx, c.County)
	if err != nil {
		return c, err
	}
	o, ok := tree.Find(code)
	if !ok || !o.IsBody() {
		return c, fmt.Errorf("没有找到机构 %s，请用 --as 写机构代码或全称", code)
	}
	c.Org, c.OrgLevel, c.OrgKind, c.Roles = o.Code, o.Level, o.Kind, []string{account.Head, account.Mediator}
	return c, nil
}

// Import brings a file in, or with DryRun only checks it, and writes the rejected
// rows beside it. Where ctx ends in the middle, what is in stays in, and the error
// says so with the number of the batch.
func (a *App) Import(ctx context.Context, o Import, progress Progress) (r ImportReport, err error) {
	c, err := a.asBody(ctx, o.As)
	if err != nil {
		return r, err
	}
	f, err := os.Open(o.File)
	if err != nil {
		return r, fmt.Errorf("打不开 %s：%w", o.File, err)
	}
	v, err := a.Ledger.Start(ctx, c, o.Kind, filepath.Base(o.File), f, db.Operation{})
	_ = f.Close() // only read
	if err != nil {
		return r, err
	}
	if v, err = a.mapImport(ctx, c, v, o); err != nil {
		return r, err
	}
	start := a.Ledger.Run
	if o.DryRun {
		start = a.Ledger.Check
	}
	if v, err = start(ctx, c, v.ID); err == nil {
		v, err = a.see(ctx, c, v.ID, progress)
	}
	r.Import = v
	if err == nil && v.Counts.Rejected > 0 {
		r.RejectedFile, err = a.rejectedBeside(ctx, c, v, o.File)
	}
	return r, err
}

// mapImport puts right what was guessed by what the command says.
func (a *App) mapImport(ctx context.Context, c account.Caller, v ledger.Import, o Import) (ledger.Import, error) {
	n := ledger.NewMapping{}
	if o.MatterKind != "" {
		n.MatterKind = &o.MatterKind
	}
	var file mappingFile
	if o.Mapping != "" {
		raw, err := os.ReadFile(o.Mapping)
		if err != nil {
			return v, fmt.Errorf("打不开 %s：%w", o.Mapping, err)
		}
		if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
			return v, fmt.Errorf("读不了 %s，应是 YAML，如 columns: {留言主题: title}：%w", o.Mapping, err)
		}
	}
	if file.Sheet != "" {
		n.Sheet = &file.Sheet
	}
	if file.Year != 0 {
		n.Year = &file.Year
	}
	if n.MatterKind == nil && n.Sheet == nil && n.Year == nil && len(file.Columns) == 0 {
		return v, nil
	}
	v, err := a.Ledger.Map(ctx, c, v.ID, n)
	if err != nil || len(file.Columns) == 0 {
		return v, err
	}
	if n.Columns, err = columnsOf(v, file.Columns); err != nil {
		return v, err
	}
	return a.Ledger.Map(ctx, c, v.ID, n)
}

// columnsOf corrects the guesses by those columns a file names.
func columnsOf(v ledger.Import, named map[string]string) (map[int]string, error) {
	out := map[int]string{}
	for _, c := range v.Columns {
		if c.Field != nil {
			out[c.Index] = *c.Field
		}
	}
	for _, name := range sortedKeys(named) {
		i := slices.IndexFunc(v.Columns, func(c ledger.ColumnView) bool { return c.Name == name || c.Letter == name })
		if i < 0 {
			return nil, fmt.Errorf("表里没有“%s”这一列，表里有：%s", name, columnNames(v))
		}
		field := named[name]
		j := slices.IndexFunc(v.Fields, func(f ledger.FieldView) bool { return f.Code == field || f.Name == field })
		if field != "" && j < 0 {
			return nil, fmt.Errorf("“%s”对应的 %s 不是可以导入的项", name, field)
		}
		if field != "" {
			field = v.Fields[j].Code
			for column, f := range out { // who is named has it
				if f == field {
					delete(out, column)
				}
			}
		}
		out[v.Columns[i].Index] = field
	}
	return out, nil
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func columnNames(v ledger.Import) string {
	var names []string
	for _, c := range v.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, "、")
}

// see does the job here, or waits where a running server is at it, and tells how
// far it is.
func (a *App) see(ctx context.Context, c account.Caller, id string, progress Progress) (ledger.Import, error) {
	key, err := a.Ledger.Key(ctx, c, id)
	if err != nil {
		return ledger.Import{}, err
	}
	over := make(chan error, 1)
	go func() { over <- a.Jobs.Finish(ctx, a.County(), ledger.JobKind, key) }()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-over:
			if ctx.Err() != nil {
				return a.stopped(context.WithoutCancel(ctx), c, id)
			}
			v, gerr := a.Ledger.Get(ctx, c, id)
			if v.Error != nil {
				gerr = errors.Join(gerr, errors.New(*v.Error))
			}
			progress(v.StateName, int(v.Progress.Done), int(v.Progress.Total))
			return v, errors.Join(err, gerr)
		case <-tick.C:
			if v, err := a.Ledger.Get(ctx, c, id); err == nil {
				progress(v.StateName, int(v.Progress.Done), int(v.Progress.Total))
			}
		}
	}
}

// stopped notes that the person stopped it, and says what is in.
func (a *App) stopped(ctx context.Context, c account.Caller, id string) (ledger.Import, error) {
	v, err := a.Ledger.Cancel(ctx, c, id)
	if err != nil { // it was done already, or an undo: that is not stopped halfway
		if v, err = a.Ledger.Get(ctx, c, id); err != nil {
			return v, err
		}
	}
	if v.State == ledger.Undoing {
		return v, fmt.Errorf("停下了。批次 %s 已作废 %d 行，再运行一次 tiaojietai import undo %s 接着做", v.Batch, v.Progress.Done, v.Batch)
	}
	return v, fmt.Errorf("停下了。批次 %s 已导入 %d 行，它们留着；要退回请用 tiaojietai import undo %s", v.Batch, v.Counts.Entered, v.Batch)
}

// rejectedBeside writes FILE.rejected.xlsx.
func (a *App) rejectedBeside(ctx context.Context, c account.Caller, v ledger.Import, file string) (string, error) {
	_, write, err := a.Ledger.Rejected(ctx, c, v.ID)
	if err != nil {
		return "", err
	}
	path := file + ".rejected.xlsx"
	return path, writeFile(path, write)
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("写不了 %s：%w", path, err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // no half file
	}
	return nil
}

// UndoImport takes a whole batch back.
func (a *App) UndoImport(ctx context.Context, batch, reason string, progress Progress) (ledger.Import, error) {
	if _, err := a.asBody(ctx, ""); err != nil {
		return ledger.Import{}, err
	}
	id, orgCode, kind, err := a.Ledger.ByBatch(ctx, a.County(), batch)
	if err != nil {
		return ledger.Import{}, err
	}
	if kind != ledger.Matters {
		orgCode = ""
	}
	c, err := a.asBody(ctx, orgCode)
	if err != nil {
		return ledger.Import{}, err
	}
	v, err := a.Ledger.Get(ctx, c, id)
	if err == nil && v.State != ledger.Undoing { // one that was cut off is gone on with
		_, err = a.Ledger.Undo(ctx, c, id, reason)
	}
	if err != nil {
		return ledger.Import{}, err
	}
	return a.see(ctx, c, id, progress)
}

// Export is what `export` takes: the words of the list's filters.
type Export struct {
	What, File, As, Under, From, To, Kind, Status, Category, Q string
}

// Export writes a list to a file: .xlsx or .csv by its name.
func (a *App) Export(ctx context.Context, o Export, progress Progress) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(o.File)), ".")
	c, err := a.asBody(ctx, o.As)
	if err != nil {
		return err
	}
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, ",")
	}
	e := ledger.Export{What: o.What, Format: format, Under: o.Under, From: o.From, To: o.To, Kind: o.Kind, Q: o.Q,
		Matters:  matter.Filter{Kind: list(o.Kind), Status: list(o.Status), Category: list(o.Category), Under: o.Under, From: o.From, To: o.To, Q: o.Q},
		Progress: func(done, total int64) { progress("导出", int(done), int(total)) }}
	_, write, err := a.Ledger.Export(ctx, c, e)
	if err != nil {
		return err
	}
	return writeFile(o.File, write)
}
