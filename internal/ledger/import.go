package ledger

import (
	"encoding/json"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/workday"
)

// States of an import.
const (
	Mapping   = "mapping"
	Checking  = "checking"
	Checked   = "checked"
	Running   = "running"
	Done      = "done"
	Cancelled = "cancelled"
	Failed    = "failed"
	Undoing   = "undoing"
	Undone    = "undone"
)

var stateNames = map[string]string{Mapping: "对应列", Checking: "正在检查", Checked: "检查完了", Running: "正在导入", Done: "导入完了",
	Cancelled: "已停下", Failed: "没有做完", Undoing: "正在撤销", Undone: "已撤销"}

// batch is an import as stored.
type batch struct {
	County     string `db:"county"`
	ID         string `db:"id"`
	Batch      string `db:"batch"`
	Kind       string `db:"kind"`
	Org        string `db:"org"`
	OrgName    string `db:"org_name"`
	OrgLevel   string `db:"org_level"`
	OrgKind    string `db:"org_kind"`
	Person     string `db:"person"`
	PersonName string `db:"person_name"`
	Roles      string `db:"roles"` // comma list, as at the last start
	At         int64  `db:"at"`
	FileName   string `db:"file_name"`
	Size       int64  `db:"size"`
	Hash       string `db:"hash"`
	Shape      string `db:"shape"`   // JSON of shape
	Mapped     string `db:"mapping"` // JSON: column → field
	MatterKind string `db:"matter_kind"`
	Year       int64  `db:"year"`
	State      string `db:"state"`
	Attempt    int64  `db:"attempt"` // counts checks, runs and undos: each is a job of its own
	Done       int64  `db:"done"`
	Total      int64  `db:"total"`
	OK         int64  `db:"ok"`
	Rejected   int64  `db:"rejected"`
	Entered    int64  `db:"entered"`
	LastRow    int64  `db:"last_row"` // the last row of the file that is settled
	Note       string `db:"note"`     // why it was undone
	Error      string `db:"error"`
	Version    int64  `db:"version"`
}

// entry is a row that went in.
type entry struct {
	County  string `db:"county"`
	Import  string `db:"import_id"`
	Row     int64  `db:"row_no"`
	Subject string `db:"subject"` // matter, org or person
	Hash    string `db:"hash"`
}

// refusal is one reason why a row did not.
type refusal struct {
	County string `db:"county"`
	Import string `db:"import_id"`
	Row    int64  `db:"row_no"`
	No     int64  `db:"no"`
	Column int64  `db:"column_no"` // from 0; -1: the row as a whole
	Reason string `db:"reason"`
}

// shape is what was found in the file.
type shape struct {
	Sheets  []string      `json:"sheets"`
	Sheet   string        `json:"sheet"`
	Titles  []string      `json:"titles"`
	Columns []shapeColumn `json:"columns"`
	Rows    int           `json:"rows"`
	Blank   int           `json:"blank"`
	Totals  int           `json:"totals"`
	Notes   int           `json:"notes"`
}

type shapeColumn struct {
	Index   int      `json:"index"`
	Letter  string   `json:"letter"`
	Name    string   `json:"name"`
	Samples []string `json:"samples"`
}

func (b batch) shape() (s shape) {
	_ = json.Unmarshal([]byte(b.Shape), &s) // written by us
	return s
}

func (b batch) mapping() map[int]string {
	m := map[int]string{}
	_ = json.Unmarshal([]byte(b.Mapped), &m)
	return m
}

func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(raw)
}

// caller is who the job acts for.
func (b batch) caller() account.Caller {
	c := account.Caller{County: b.County, Person: b.Person, Name: b.PersonName, Org: b.Org, OrgLevel: b.OrgLevel, OrgKind: b.OrgKind}
	if b.Roles != "" {
		c.Roles = strings.Split(b.Roles, ",")
	}
	if b.Kind != Matters {
		c.Admin = account.System
	}
	return c
}

// busy tells whether a job is at it.
func (b batch) busy() bool { return b.State == Checking || b.State == Running || b.State == Undoing }

// Ref is a body or a person.
type Ref struct {
	Code string `json:"code,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// ColumnView is a column with what it is taken for.
type ColumnView struct {
	Index   int      `json:"index"`
	Letter  string   `json:"letter"`
	Name    string   `json:"name"`
	Field   *string  `json:"field"`
	Samples []string `json:"samples"`
}

// ProgressView is how far the job is.
type ProgressView struct {
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Text  string `json:"text"`
}

// CountsView counts the rows of the table by what became of them.
type CountsView struct {
	Rows     int64 `json:"rows" doc:"数据行"`
	OK       int64 `json:"ok" doc:"没有问题的"`
	Rejected int64 `json:"rejected"`
	Blank    int64 `json:"blank" doc:"跳过的空行"`
	Totals   int64 `json:"totals" doc:"跳过的合计行"`
	Notes    int64 `json:"notes" doc:"跳过的说明行"`
	Entered  int64 `json:"entered" doc:"已导入的"`
}

// RejectedView is one reason.
type RejectedView struct {
	Sheet  string `json:"sheet"`
	Row    int64  `json:"row"`
	Letter string `json:"letter" doc:"空的：整行"`
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// UndoView tells whether the batch can be taken back, and why not.
type UndoView struct {
	Possible bool   `json:"possible"`
	Why      string `json:"why"`
}

// Import is an import as shown.
type Import struct {
	ID         string         `json:"id"`
	Batch      string         `json:"batch"`
	Kind       string         `json:"kind" enum:"orgs,people,matters"`
	KindName   string         `json:"kindName"`
	FileName   string         `json:"fileName"`
	Size       int64          `json:"size"`
	Org        Ref            `json:"org"`
	By         Ref            `json:"by"`
	At         time.Time      `json:"at"`
	Sheets     []string       `json:"sheets"`
	Sheet      string         `json:"sheet"`
	Titles     []string       `json:"titles"`
	Year       *int64         `json:"year"`
	MatterKind string         `json:"matterKind" doc:"dispute, petition；不是事项时为空"`
	Columns    []ColumnView   `json:"columns"`
	Fields     []FieldView    `json:"fields"`
	State      string         `json:"state" enum:"mapping,checking,checked,running,done,cancelled,failed,undoing,undone"`
	StateName  string         `json:"stateName"`
	Progress   ProgressView   `json:"progress"`
	Counts     CountsView     `json:"counts"`
	Rejected   []RejectedView `json:"rejected" doc:"最多 200 条，全部在退回的文件里"`
	Undo       UndoView       `json:"undo"`
	Warning    *string        `json:"warning" doc:"要留意的，如同一个文件导入过"`
	Error      *string        `json:"error"`
}

// maxShown is how many reasons are shown at once.
const maxShown = 200

// view shows an import; reasons, undo and warning are filled in by who read them.
func (b batch) view() Import {
	s := b.shape()
	v := Import{ID: b.ID, Batch: b.Batch, Kind: b.Kind, KindName: kindNames[b.Kind], FileName: b.FileName, Size: b.Size,
		Org: Ref{Code: b.Org, Name: b.OrgName}, By: Ref{ID: b.Person, Name: b.PersonName}, At: db.Instant(b.At).In(workday.Zone),
		Sheets: orEmpty(s.Sheets), Sheet: s.Sheet, Titles: orEmpty(s.Titles), MatterKind: b.MatterKind, Columns: []ColumnView{},
		Fields: fieldsOf(b.Kind, b.MatterKind), State: b.State, StateName: stateNames[b.State], Rejected: []RejectedView{},
		Progress: ProgressView{b.Done, b.Total, b.progressText()},
		Counts: CountsView{Rows: int64(s.Rows), OK: b.OK, Rejected: b.Rejected, Blank: int64(s.Blank), Totals: int64(s.Totals),
			Notes: int64(s.Notes), Entered: b.Entered}}
	if b.Year > 0 {
		v.Year = &b.Year
	}
	if b.Error != "" {
		v.Error = &b.Error
	}
	mapping := b.mapping()
	for _, c := range s.Columns {
		cv := ColumnView{Index: c.Index, Letter: c.Letter, Name: c.Name, Samples: orEmpty(c.Samples)}
		if f, ok := mapping[c.Index]; ok {
			cv.Field = &f
		}
		v.Columns = append(v.Columns, cv)
	}
	return v
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (b batch) progressText() string {
	n := func(i int64) string { return itoa(int(i)) }
	switch b.State {
	case Checking:
		return "已检查 " + n(b.Done) + " 行，共 " + n(b.Total) + " 行"
	case Running:
		return "已办 " + n(b.Done) + " 行，共 " + n(b.Total) + " 行；导入 " + n(b.Entered) + " 行"
	case Undoing:
		return "已作废 " + n(b.Done) + " 行，共 " + n(b.Total) + " 行"
	case Cancelled:
		return "停下时已导入 " + n(b.Entered) + " 行，它们留着；可以接着导入，也可以整批撤销"
	case Checked:
		return "可以导入 " + n(b.OK) + " 行，有问题 " + n(b.Rejected) + " 行"
	case Done:
		return "导入 " + n(b.Entered) + " 行，没有导入 " + n(b.Rejected) + " 行"
	case Undone:
		return "整批撤销：" + b.Note
	}
	return ""
}

// columnName names a column for a reason.
func (s shape) columnName(i int64) (letter, name string) {
	for _, c := range s.Columns {
		if int64(c.Index) == i {
			return c.Letter, c.Name
		}
	}
	if i < 0 {
		return "", ""
	}
	return sheet.Letter(int(i)), ""
}
