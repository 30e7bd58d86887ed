package sheet

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Fifty thousand rows are written and read in bounded memory; -short takes ten thousand.
func TestManyRowsInBoundedMemory(t *testing.T) {
	n, bound := 50_000, int64(48<<20)
	if testing.Short() {
		n = 10_000
	}
	path := filepath.Join(t.TempDir(), "big.xlsx")
	file := must(os.Create(path))(t)
	columns := make([]OutColumn, len(ledgerColumns))
	for i, name := range ledgerColumns {
		columns[i].Name = name
	}
	var most int64
	start := heap()
	err := WriteXLSX(file, Export{Title: "2021年台账", Columns: columns, Rows: func(yield func([]any, error) bool) {
		for i := range n {
			if i%5000 == 0 {
				most = max(most, heap()-start)
			}
			if !yield([]any{i, Date("2021-01-04"), "龙泉", "邻里", "张", "08788211000", "李等5人", "两家相邻，因排水沟改道后雨水流入院内，多次争吵", 5, Fen(30_000), "王", "已化解", ""}, nil) {
				return
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	if most > bound {
		t.Errorf("writing holds %d MB", most>>20)
	}
	b := open(t, path)
	table := must(b.Table(""))(t)
	if table.Data != n {
		t.Errorf("%d rows", table.Data)
	}
	i := 0
	most = 0
	for _, err := range b.Data(table) {
		if err != nil {
			t.Fatal(err)
		}
		if i++; i%5000 == 0 {
			most = max(most, heap()-start)
		}
	}
	if i != n || most > bound {
		t.Errorf("%d rows, reading holds %d MB", i, most>>20)
	}
}

// heap is what is held after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
