// Package workday 工作日: which days are worked, when a deadline falls, and the
// periods of screening and analysis, all in Asia/Shanghai. Holidays and make-up
// days (调休) come from a table by year (holidays.csv, from the yearly notices of
// the State Council's general office; others are loaded). A year without a table
// follows the weekend rule, and what rests on it is provisional until one is
// loaded. Pure: the time comes in.
package workday
