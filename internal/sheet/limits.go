package sheet

import "tiaojietai/internal/errs"

// Limits bound what a file may cost. A zero field takes the value of DefaultLimits.
type Limits struct {
	MaxBytes   int64 // of the file
	MaxPart    int64 // bytes of one unpacked part of a workbook
	MaxTotal   int64 // bytes of all unpacked parts
	MaxRatio   int64 // unpacked to packed, of a part and in total, from 1 MB on
	MaxParts   int   // entries of the archive
	MaxStrings int64 // bytes of the shared texts, the only part held in memory
	MaxRows    int   // rows with content in one sheet
	MaxColumns int   // last column with content
}

// DefaultLimits let a ledger of 100,000 rows in. 50,000 rows of thirteen columns
// unpack to about 50 MB at a ratio of 10 to 30; a zip bomb has about 1,000.
var DefaultLimits = Limits{
	MaxBytes:   30 << 20,
	MaxPart:    256 << 20,
	MaxTotal:   384 << 20,
	MaxRatio:   200,
	MaxParts:   2000,
	MaxStrings: 64 << 20,
	MaxRows:    100_000,
	MaxColumns: 256,
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	l.MaxBytes = or(l.MaxBytes, d.MaxBytes)
	l.MaxPart = or(l.MaxPart, d.MaxPart)
	l.MaxTotal = or(l.MaxTotal, d.MaxTotal)
	l.MaxRatio = or(l.MaxRatio, d.MaxRatio)
	l.MaxParts = or(l.MaxParts, d.MaxParts)
	l.MaxStrings = or(l.MaxStrings, d.MaxStrings)
	l.MaxRows = or(l.MaxRows, d.MaxRows)
	l.MaxColumns = or(l.MaxColumns, d.MaxColumns)
	return l
}

func or[T int | int64](v, d T) T {
	if v == 0 {
		return d
	}
	return v
}

// The refusals of a file, each with its code and what the person can do.
func errTooLarge(limit int64) error {
	return errs.Newf(errs.TooLarge, "sheetTooLarge", "文件超过 %d MB，没有读取。请拆成几个文件，或者删去图片后再传。", limit>>20)
}

func errNotSheet(what string) error {
	return errs.Newf(errs.Invalid, "sheetNot", "%s请用 Excel 或 WPS 打开原表，另存为 .xlsx 再传。", what)
}

func errOld() error {
	return errs.New(errs.Invalid, "sheetOld", "这是旧格式（.xls）的工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 再传。")
}

func errEncrypted() error {
	return errs.New(errs.Invalid, "sheetEncrypted", "工作簿设了打开密码，读不了。请去掉密码，另存后再传。")
}

func errMacro() error {
	return errs.New(errs.Invalid, "sheetMacro", "工作簿里有宏，不能导入。请另存为不带宏的 .xlsx 再传。")
}

func errExternal() error {
	return errs.New(errs.Invalid, "sheetExternal", "工作簿引用了别的文件或数据源，不能导入。请把引用的内容粘贴为数值，断开链接后再传。")
}

func errBomb(cause error) error {
	return &errs.Error{Kind: errs.Invalid, Code: "sheetBomb", Msg: "工作簿解压后大得不正常，没有读取。请把需要的表复制到新的工作簿再传。", Err: cause}
}

func errBroken(cause error) error {
	return &errs.Error{Kind: errs.Invalid, Code: "sheetBroken", Msg: "文件不完整或已损坏，没有读取任何一行。请用 Excel 或 WPS 打开检查，另存后再传。", Err: cause}
}

func errTooManyRows(limit int) error {
	return errs.Newf(errs.TooLarge, "sheetRows", "表格超过 %d 行，请拆成几个文件再传。", limit)
}

func errTooManyColumns(row, limit int) error {
	return errs.Newf(errs.Invalid, "sheetColumns", "第 %d 行的内容超过 %d 列，请删去右边无关的列再传。", row, limit)
}

func errNoSheet(name string) error {
	return errs.Newf(errs.NotFound, "sheetNone", "工作簿里没有名为“%s”的表。", name)
}

func errNoTable() error {
	return errs.New(errs.Invalid, "sheetNoTable", "没有找到表头。表头要有两列以上，每列写明名称，下面是数据。")
}
