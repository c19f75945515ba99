
BinputJèªJÆ.é(∏¿8