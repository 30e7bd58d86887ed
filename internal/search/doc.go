// Package search 检索 is the text index of a county: any run of characters, down
// to one, is found where LIKE '%…%' over the same normalised text would find it,
// within scope, newest first, without reading the texts.
//
// Every text is cut into its single characters and its pairs of neighbours, each
// written as four letters or digits a character, so that no tokenizer takes them
// apart; a longer word is a row of pairs. Who sees a matter, and what lists filter
// by, are terms of the same match. docs/adr/0022-search.md says why, and how the
// two engines differ.
package search
