package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"tiaojietai/internal/errs"
)

// requiredMark stands before the name of a missing field, so that the error can
// be put at the field and not at the object around it.
const requiredMark = "\x00"

// init replaces huma's messages, once: they are package variables there.
func init() {
	huma.ErrorFormatter = func(format string, args ...any) string {
		if !strings.Contains(format, "%") {
			return format // arguments are what was sent, or say it in English
		}
		return fmt.Sprintf(format, args...)
	}
	huma.NewError = func(status int, msg string, errors ...error) huma.StatusError { return newProblem(status, msg, errors) }
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errors ...error) huma.StatusError {
		p := newProblem(status, msg, errors)
		note(ctx.Context(), p)
		p.setHeaders(ctx.SetHeader)
		return p
	}
	v := map[*string]string{
		&validation.MsgUnexpectedProperty:                "没有这一项，请去掉。",
		&validation.MsgExpectedRFC3339DateTime:           "时间格式不对，应像 2026-11-02T09:00:00+08:00。",
		&validation.MsgExpectedRFC1123DateTime:           "时间格式不对。",
		&validation.MsgExpectedRFC3339Date:               "日期格式不对，应像 2026-11-02。",
		&validation.MsgExpectedRFC3339Time:               "时间格式不对，应像 09:00。",
		&validation.MsgExpectedRFC5322Email:              "邮箱格式不对。",
		&validation.MsgExpectedRFC4122UUID:               "编号格式不对。",
		&validation.MsgExpectedDuration:                  "时长格式不对。",
		&validation.MsgExpectedMatchAtLeastOneSchema:     "内容不符合要求，请核对。",
		&validation.MsgExpectedMatchExactlyOneSchema:     "内容不符合要求，请核对。",
		&validation.MsgExpectedNotMatchSchema:            "内容不符合要求，请核对。",
		&validation.MsgExpectedBoolean:                   "这里只能填是或否。",
		&validation.MsgExpectedNumber:                    "这里要填数字。",
		&validation.MsgExpectedInteger:                   "这里要填整数。",
		&validation.MsgExpectedString:                    "这里要填文字。",
		&validation.MsgExpectedArray:                     "这里要填一组内容。",
		&validation.MsgExpectedObject:                    "这里的内容格式不对。",
		&validation.MsgExpectedArrayItemsUnique:          "有重复的，请去掉。",
		&validation.MsgExpectedOneOf:                     "只能从给出的选项里选。",
		&validation.MsgExpectedMinimumNumber:             "不能小于 %v。",
		&validation.MsgExpectedExclusiveMinimumNumber:    "要大于 %v。",
		&validation.MsgExpectedMaximumNumber:             "不能大于 %v。",
		&validation.MsgExpectedExclusiveMaximumNumber:    "要小于 %v。",
		&validation.MsgExpectedNumberBeMultipleOf:        "要是 %v 的倍数。",
		&validation.MsgExpectedMinLength:                 "太短了，至少 %d 个字。",
		&validation.MsgExpectedMaxLength:                 "太长了，最多 %d 个字。",
		&validation.MsgExpectedBePattern:                 "格式不对。",
		&validation.MsgExpectedMatchPattern:              "格式不对。",
		&validation.MsgExpectedMinItems:                  "至少要 %d 个。",
		&validation.MsgExpectedMaxItems:                  "最多 %d 个。",
		&validation.MsgExpectedMinProperties:             "至少要填 %d 项。",
		&validation.MsgExpectedMaxProperties:             "最多填 %d 项。",
		&validation.MsgExpectedRequiredProperty:          requiredMark + "%s",
		&validation.MsgExpectedDependentRequiredProperty: requiredMark + "%s",
	}
	for at, msg := range v {
		*at = msg
	}
}

// general are the sentences for what huma refuses as a whole.
var general = map[int]struct{ code, detail string }{
	400: {"unreadable", "提交的内容读不懂，请刷新页面后再试。"},
	404: {"notFound", "没有找到，或者您所在的机构看不到它。"},
	406: {"notAcceptable", "只能以 JSON 格式回答。"},
	408: {"slow", "网络太慢，内容没有传完，请再试一次。"},
	413: {"tooLarge", "提交的内容太大，请分几次提交。"},
	415: {"wrongType", "只收 JSON 格式的内容。"},
	422: {"invalid", "填写的内容有误，请按提示修改。"},
	500: {"internal", errs.As(errors.New("")).Msg},
}

// newProblem is huma's error constructor: our own errors pass as they are, huma's
// become Chinese and lose the values that were sent.
func newProblem(status int, msg string, causes []error) *Problem {
	for _, err := range causes {
		var own *errs.Error
		var max *http.MaxBytesError
		switch {
		case errors.As(err, &own):
			return FromError(err)
		case errors.As(err, &max):
			status = http.StatusRequestEntityTooLarge
		}
	}
	if status == http.StatusUnprocessableEntity && slices.ContainsFunc(causes, unreadable) {
		status = http.StatusBadRequest
	}
	g, ok := general[status]
	if !ok {
		g.code, g.detail = "failed", "这一步没有办成，请稍后再试。"
	}
	p := &Problem{Type: "about:blank", Title: titles[status], Status: status, Detail: g.detail, Code: g.code, Errors: []errs.Field{}}
	if status >= 500 {
		p.cause = errors.Join(append([]error{errors.New(msg)}, causes...)...)
		return p
	}
	if status == http.StatusUnprocessableEntity {
		p.addFields(causes)
	}
	return p
}

// unreadable tells JSON that is broken off or none at all from JSON that holds
// something else than was asked: where huma does not validate a body it answers
// 422 for both.
func unreadable(err error) bool {
	d, ok := err.(huma.ErrorDetailer)
	if !ok {
		return false
	}
	e := d.ErrorDetail()
	return e.Location == "body" && (strings.HasPrefix(e.Message, "invalid character ") || strings.HasPrefix(e.Message, "unexpected end of JSON"))
}

func (p *Problem) addFields(causes []error) {
	for _, err := range causes {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, fieldOf(d.ErrorDetail()))
		}
	}
	if len(p.Errors) == 1 && p.Errors[0].Field == "" {
		p.Detail = p.Errors[0].Message
	}
}

func fieldOf(d *huma.ErrorDetail) errs.Field {
	at := d.Location
	for _, in := range []string{"body", "query", "path", "header", "cookie", "form"} {
		if at == in {
			at = ""
		}
		at = strings.TrimPrefix(at, in+".")
	}
	if name, ok := strings.CutPrefix(d.Message, requiredMark); ok {
		return errs.Field{Field: strings.TrimPrefix(at+"."+name, "."), Message: "这一项要填。"}
	}
	if strings.HasPrefix(d.Message, "required ") {
		return errs.Field{Field: at, Message: "这一项要填。"}
	}
	if name, ok := strings.CutPrefix(d.Message, `json: unknown field "`); ok {
		return errs.Field{Field: strings.TrimSuffix(name, `"`), Message: "不认识的字段，请去掉。"}
	}
	if _, in, ok := strings.Cut(d.Message, " into Go struct field "); ok && strings.HasPrefix(d.Message, "json: cannot unmarshal ") {
		_, name, _ := strings.Cut(in, ".")
		name, _, _ = strings.Cut(name, " of type ")
		return errs.Field{Field: name, Message: "这一项的写法不对。"}
	}
	if d.Message == "unknown query parameter" {
		return errs.Field{Field: at, Message: "没有这个查询条件，请去掉。"}
	}
	if !strings.ContainsFunc(d.Message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return errs.Field{Field: at, Message: "格式不对，请核对。"}
	}
	return errs.Field{Field: at, Message: d.Message}
}
