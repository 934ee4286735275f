"""What a person opens in a browser: the front page, the mailbox, and the interactive documentation."""

from infra.local.pages.door import link as link
from infra.local.pages.site import docs_alone as docs_alone
from infra.local.pages.site import pages as pages
