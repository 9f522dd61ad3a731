"""What an office is free to word its own way, as GB/T 9704-2012 words it."""

MARK = "{word}〔{year}〕{serial}号"  # 发文字号: the office's word, the year in hexagonal brackets, a running number without zeros
