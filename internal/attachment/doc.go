// Package attachment is 附件: files of a matter. A file lies under the data
// directory by the hash of its content (SM3), one folder a county, and is there,
// whole and flushed, before the row that names it commits. The type is what the
// content is, whatever the name says. What no row names is swept after a day.
package attachment
