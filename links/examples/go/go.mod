module flor.example/star-link

go 1.22
