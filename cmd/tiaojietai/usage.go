package main

import "regexp"

// usageWords are cobra's and pflag's sentences in Chinese; they have no hook for it.
var usageWords = []struct {
	form *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`^unknown flag: (\S+)$`), "没有参数 $1"},
	{regexp.MustCompile(`^unknown shorthand flag: '.+' in (\S+)$`), "没有参数 $1"},
	{regexp.MustCompile(`^flag needs an argument: (?:'.' in )?(\S+)$`), "参数 $1 后面要写值"},
	{regexp.MustCompile(`^invalid argument ".*" for "(\S+?)" flag: .*$`), "参数 $1 的值不对"},
	{regexp.MustCompile(`^required flag\(s\) "(.+?)".* not set$`), "要写参数 --$1"},
	{regexp.MustCompile(`(?s)^unknown command "(.*?)" for "(.*?)".*$`), "$2 后面不能写 $1"},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)$`), "要写 $1 项，写了 $2 项"},
}

// inChinese is a wrong usage in the words of who reads it.
func inChinese(err error) string {
	for _, w := range usageWords {
		if w.form.MatchString(err.Error()) {
			return w.form.ReplaceAllString(err.Error(), w.text)
		}
	}
	return err.Error()
}
