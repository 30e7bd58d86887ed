package attachment

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// hints say to the sender of what is not kept what to do instead.
var hints = map[string]string{
	typeHEIC: "这是苹果手机的 HEIC 照片，别的电脑和手机打不开，所以不收。请在手机“设置—相机—格式”里选“兼容性最佳”再拍；已经拍好的，可以截屏后传截图。",
	typeOLE:  "这是老格式或加了密码的 Word、Excel 文件，不收。请打开后另存为 .docx、.xlsx 或 PDF（不加密码），再传。",
	typeZip:  "压缩包不收。请解压以后，把里面的文件一个一个传。",
}

// checkType refuses what the rulebook does not allow, or what nobody here looks
// into.
func checkType(typ string, limits rulebook.Attachments) error {
	if _, known := kinds[typ]; known && slices.Contains(limits.Types, typ) {
		return nil
	}
	msg := hints[typ]
	if msg == "" {
		msg = "不收这种文件。可以传：" + namesOf(limits.Types) + "。"
	}
	return refuseFile("wrongType", msg)
}

func namesOf(types []string) string {
	var names []string
	for _, t := range types {
		if k, ok := kinds[t]; ok {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, "、")
}

func refuseFile(code, msg string) error {
	return &errs.Error{Kind: errs.Invalid, Code: code, Msg: msg, Fields: []errs.Field{{Field: "file", Message: msg}}}
}

// cleanse makes of an uploaded file what is kept: photos without where and by whom
// they were taken, recordings too; what runs by itself is refused. It gives in,
// changed, or another file in the same directory, which the caller removes.
func cleanse(in *os.File, size int64, typ string, limits rulebook.Attachments) (*os.File, error) {
	switch typ {
	case typeJPEG, typePNG, typeWebP:
		out, err := strip(in, size, typ, limits)
		return out, onFile(err)
	case typeMP4, typeM4A, "audio/3gpp":
		return in, onFile(blankMP4(in, size))
	case typePDF:
		return in, onFile(checkPDF(in, size))
	case docx, xlsx:
		return in, onFile(checkOffice(in, size))
	}
	return in, nil
}

// strip writes a photo without metadata beside the uploaded one.
func strip(in *os.File, size int64, typ string, limits rulebook.Attachments) (*os.File, error) {
	out, err := os.CreateTemp(dirOf(in), "upload-*")
	if err != nil {
		return nil, err
	}
	p, err := stripTo(out, in, size, typ)
	if err == nil && int64(p.width)*int64(p.height) > limits.MaxPixels {
		err = errs.Newf(errs.TooLarge, "tooManyPixels", "这张图片有 %d 万像素，最多 %d 万。请调低相机的分辨率再拍，或者截屏后传截图。",
			int64(p.width)*int64(p.height)/10000, limits.MaxPixels/10000)
	}
	if err != nil {
		_ = out.Close()
		_ = os.Remove(out.Name())
		return nil, err
	}
	return out, nil
}

func stripTo(out io.Writer, in io.ReaderAt, size int64, typ string) (picture, error) {
	switch typ {
	case typeJPEG:
		return stripJPEG(io.NewSectionReader(in, 0, size), out)
	case typePNG:
		return stripPNG(io.NewSectionReader(in, 0, size), out)
	}
	return stripWebP(in, size, out)
}

// onFile turns what is wrong with a file into the clerk's sentence.
func onFile(err error) error {
	var disk *os.PathError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &disk):
		return errs.Disk(err)
	case errors.Is(err, errActive):
		return refuseFile("active", "这个文件里带有会自动运行的程序（宏或脚本），不能收。请用“打印成 PDF”另存一份，再传那一份。")
	case errors.Is(err, errPicture):
		return refuseFile("broken", "这张图片不完整或者已经损坏，打不开。请重新拍一张，或者重新从手机里选。")
	case errors.Is(err, errZip), errors.Is(err, errBoxes):
		return refuseFile("broken", "这个文件不完整或者已经损坏，打不开。请在手机或电脑上先打开看看，再重新传。")
	}
	return err
}
