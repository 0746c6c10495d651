"""The administrator's pages: plain forms that work without a script; what will change is said in words before it is saved."""
