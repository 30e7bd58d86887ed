package ledger

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tiaojietai/internal/matter"
)

// Tests over real messages that are not in the repository: make data.

func messages(t *testing.T) string {
	dir := os.Getenv("TIAOJIETAI_DATA")
	if dir == "" {
		t.Skip("make data DATA=DIR runs this over real messages")
	}
	return filepath.Join(dir, "public-messages.csv")
}

func TestDataRealMessagesGoInAsPetitionsFromCSVAndExcel(t *testing.T) {
	path := messages(t)
	book := asWorkbook(t, path)
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(petition, "lee")
		for i, file := range []string{path, book} {
			v := f.started(lee, Matters, file)
			kind, year := matter.Petition, int64(0)
			columns := map[int]string{0: "serial", 1: "applicant", 2: "title", 3: "foundAt", 4: "summary", 5: "category"}
			v, err := f.s.Map(t.Context(), lee, v.ID, NewMapping{MatterKind: &kind, Year: &year, Columns: columns})
			check(t, err)
			v = f.done(lee, v.ID, f.s.Run)
			if v.State != Done || v.Counts.Entered != 248 || v.Counts.Rejected != 0 {
				t.Fatalf("%s: %+v %+v", filepath.Base(file), v.Counts, v.Rejected)
			}
			one := f.view(lee, f.list(lee, matter.Filter{Kind: []string{matter.Petition}, Category: []string{"城乡建设"}})[0].ID)
			if one.Kind != matter.Petition || one.Status != matter.Registered || len(one.Parties) != 1 || one.Parties[0].Role != "petitioner" || len(one.Deadlines) == 0 {
				t.Errorf("%+v", one)
			}
			if i == 0 {
				f.undone(lee, v.ID)
			}
		}
	})
}

// asWorkbook writes the same table as .xlsx, as a spreadsheet would save it.
func asWorkbook(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	check(t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\uFEFF"))).ReadAll()
	check(t, err)
	x := excelize.NewFile()
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, v := range row {
			cells[j] = v
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		check(t, err)
		check(t, x.SetSheetRow("Sheet1", at, &cells))
	}
	out := filepath.Join(t.TempDir(), "messages.xlsx")
	check(t, x.SaveAs(out))
	return out
}
