module tiaojietai

go 1.26.0
