"""Prints the page of each named destination of a PDF, as JSON on standard output.

    python pdf_pages.py FILE
"""

import json
import sys

from pypdf import PdfReader

reader = PdfReader(sys.argv[1])
pages = {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}
json.dump(pages, sys.stdout)
